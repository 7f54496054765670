import { personText } from '@runtape/github-comment';
import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../ui/button.tsx';
import { useNotified } from './use-notified.ts';

/** Shows the exact comment, the issue, and the people that GitHub will notify. */
export function ConfirmPost(props: {
  readonly issue: string;
  readonly text: string;
  readonly onBack: () => void;
  readonly onConfirm: () => void;
}): ReactNode {
  const { issue, text, onBack, onConfirm } = props;
  const question = useRef<HTMLDivElement>(null);
  const posted = personText(text);
  const notified = useNotified(posted);
  const { mentions, references } = notified ?? { mentions: [], references: [] };
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
        Post this comment on {issue}?
      </p>
      <p id="confirm-post-about" className="mt-1 text-muted-foreground">
        Everyone who can see the issue will see it, under the account of the server’s token.
        {notified === null && ' Checking whom GitHub will notify …'}
        {mentions.length > 0 && ` GitHub will notify ${mentions.join(', ')}.`}
        {references.length > 0 && ` It will be linked from ${references.join(', ')}.`}
      </p>
      <textarea
        readOnly
        rows={6}
        aria-label="Comment to post"
        value={posted}
        className="mt-3 w-full resize-y rounded-md border bg-background p-3 font-mono text-xs"
      />
      <div className="mt-3 flex justify-end gap-2">
        <Button onClick={onBack}>Continue editing</Button>
        <Button kind="primary" disabled={notified === null} onClick={onConfirm}>
          Post on GitHub
        </Button>
      </div>
    </div>
  );
}
