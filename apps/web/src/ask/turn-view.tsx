import type { RepositoryTarget } from '@runtape/github-workflows/contract';
import type { ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Answer } from './answer.tsx';
import type { Turn } from './turn.ts';

export function TurnView(props: {
  readonly turn: Turn;
  readonly onRetry: (() => void) | null;
  readonly onSendAgain: () => void;
}): ReactNode {
  const { turn, onRetry, onSendAgain } = props;
  return (
    <article aria-label={`Question: ${turn.question.slice(0, 80)}`} className="space-y-4">
      <div className="ml-auto w-fit max-w-[85%] rounded-2xl rounded-br-md bg-muted px-4 py-2.5">
        <p className="break-words whitespace-pre-wrap">{turn.question}</p>
        {turn.target !== null && (
          <p className="mt-1 text-xs break-all text-muted-foreground">
            {describeTarget(turn.target)}
          </p>
        )}
      </div>
      <Reply turn={turn} onRetry={onRetry} onSendAgain={onSendAgain} />
    </article>
  );
}

function Reply(props: {
  readonly turn: Turn;
  readonly onRetry: (() => void) | null;
  readonly onSendAgain: () => void;
}): ReactNode {
  const { progress } = props.turn;
  switch (progress.kind) {
    case 'sending':
      return <output className="block text-sm text-muted-foreground">Sending …</output>;
    case 'waiting':
      return (
        <output className="block text-sm text-muted-foreground">Waiting for a worker …</output>
      );
    case 'refused':
      return (
        <Notice
          title="The question could not be asked"
          action={<Button onClick={props.onSendAgain}>Try again</Button>}
        >
          {progress.message}
        </Notice>
      );
    case 'started':
      return <Answer workflow={progress.workflow} retry={props.onRetry} />;
  }
}

function describeTarget(target: RepositoryTarget): string {
  switch (target.kind) {
    case 'sample':
      return 'About Runtape’s own code';
    case 'github':
      return `About ${target.owner}/${target.repo}`;
    case 'local':
      return `About ${target.path}`;
  }
}
