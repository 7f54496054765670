import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../ui/button.tsx';

const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]+`/g;
const MENTION = /(?<![\w/`])@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9-]+)?/g;

/** Says where the comment goes and whom it calls, and asks once more. */
export function ConfirmPost(props: {
  readonly place: string;
  readonly text: string;
  readonly onBack: () => void;
  readonly onConfirm: () => void;
}): ReactNode {
  const { place, text, onBack, onConfirm } = props;
  const question = useRef<HTMLDivElement>(null);
  const mentioned = mentionsIn(text);
  useEffect(() => question.current?.focus(), []);
  return (
    <div
      ref={question}
      role="alertdialog"
      aria-labelledby="confirm-post"
      aria-describedby="confirm-post-about"
      tabIndex={-1}
      className="rounded-lg border border-primary/50 bg-primary/5 p-4 text-sm outline-none"
    >
      <p id="confirm-post" className="font-medium">
        Post this comment on {place}?
      </p>
      <p id="confirm-post-about" className="mt-1 text-muted-foreground">
        Everybody who can see the issue sees it, in the name of the server’s token.
        {mentioned.length > 0 && ` GitHub tells ${mentioned.join(', ')}.`}
      </p>
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onBack}>Go on editing</Button>
        <Button kind="primary" onClick={onConfirm}>
          Post on GitHub
        </Button>
      </div>
    </div>
  );
}

/** Whom GitHub would tell of a comment: not those in code. */
export function mentionsIn(markdown: string): readonly string[] {
  return [...new Set(markdown.replaceAll(CODE, ' ').match(MENTION) ?? [])];
}
