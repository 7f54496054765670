import { MessageCircleQuestion } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';

const examples = [
  'Where are neighbouring tokens merged?',
  'How does a reader resume after a reconnect?',
  'What happens to a workflow when its worker dies?',
] as const;

export function EmptyConversation(props: {
  readonly isNew: boolean;
  readonly onExample: (question: string) => void;
}): ReactNode {
  const { isNew, onExample } = props;
  return (
    <div className="mx-auto max-w-lg pt-[10vh] text-center">
      <MessageCircleQuestion aria-hidden className="mx-auto size-8 text-muted-foreground" />
      <p className="mt-4 text-lg font-semibold">
        {isNew ? 'Ask about a repository' : 'This conversation is empty'}
      </p>
      <p className="mt-2 text-balance text-muted-foreground">
        {isNew
          ? 'Runtape searches its files for passages that fit the question, and the answer cites the lines it is based on.'
          : 'The address may be mistyped, or its answers have expired. Ask a question below to start again.'}
      </p>
      {isNew && (
        <>
          <p className="mt-8 text-sm text-muted-foreground">Or try one about Runtape’s own code:</p>
          <div className="mt-2 flex flex-wrap justify-center gap-2">
            {examples.map((question) => (
              <Button
                key={question}
                className="h-auto min-h-9 py-1.5 text-left whitespace-normal"
                onClick={() => onExample(question)}
              >
                {question}
              </Button>
            ))}
          </div>
        </>
      )}
    </div>
  );
}
