import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';

/** A message about an error, with what to do next. */
export function Notice(props: {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}): ReactNode {
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-lg border border-bad/40 bg-bad/5 p-4 text-sm"
    >
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-bad" aria-hidden />
      <div className="min-w-0 flex-1 space-y-1">
        <p className="font-medium">{props.title}</p>
        <div className="text-muted-foreground break-words">{props.children}</div>
      </div>
      {props.action}
    </div>
  );
}
