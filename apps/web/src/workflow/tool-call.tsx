import type { ToolCallState } from '@runtape/events';
import { Check, ChevronRight, LoaderCircle, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatDuration } from '../format/duration.ts';

/** A tool call in a line; its arguments and what came back are folded away. */
export function ToolCall({ call }: { readonly call: ToolCallState }): ReactNode {
  return (
    <details className="group min-w-0">
      <summary className="flex list-none items-center gap-1.5">
        <ChevronRight
          aria-hidden
          className="size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
        />
        <Outcome status={call.status} />
        <span className="truncate">
          <code className="font-mono text-xs font-medium">{call.name}</code>{' '}
          <span className="text-muted-foreground">{call.summary || inShort(call.arguments)}</span>
        </span>
        {call.durationMs !== null && (
          <span className="ml-auto shrink-0 text-xs text-muted-foreground">
            {formatDuration(call.durationMs)}
          </span>
        )}
      </summary>
      <div className="mt-2 space-y-2">
        <pre className="overflow-auto rounded-md bg-muted p-2 text-xs">
          {JSON.stringify(call.arguments, null, 2)}
        </pre>
        {call.output !== '' && (
          <pre className="max-h-80 overflow-auto rounded-md border p-2 text-xs">
            {call.output}
            {call.truncated && '\n… (the model got more than is kept here)'}
          </pre>
        )}
      </div>
    </details>
  );
}

function Outcome({ status }: Pick<ToolCallState, 'status'>): ReactNode {
  switch (status) {
    case 'running':
      return (
        <LoaderCircle aria-label="running" className="size-4 shrink-0 animate-spin text-primary" />
      );
    case 'ok':
      return <Check aria-label="done" className="size-4 shrink-0 text-good" />;
    case 'failed':
      return <X aria-label="failed" className="size-4 shrink-0 text-bad" />;
  }
}

function inShort(given: ToolCallState['arguments']): string {
  return JSON.stringify(given);
}
