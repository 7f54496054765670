import type { ToolCallState } from '@runtape/events';
import { Check, ChevronRight, LoaderCircle, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatDuration } from '../format/duration.ts';
import { ScrollRegion } from '../ui/scroll-region.tsx';

/** A tool call in short: what was asked of which tool, and what came of it. All of it is folded away. */
export function ToolCall({ call }: { readonly call: ToolCallState }): ReactNode {
  return (
    <details className="group min-w-0">
      <summary className="grid list-none grid-cols-[auto_auto_minmax(0,1fr)_auto] items-start gap-x-1.5">
        <ChevronRight
          aria-hidden
          className="mt-0.5 size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-90"
        />
        <Outcome status={call.status} />
        <span className="line-clamp-2 font-mono text-xs leading-5 [overflow-wrap:anywhere]">
          <span className="font-medium">{call.name}</span> {inShort(call.arguments)}
        </span>
        <span className="text-xs leading-5 text-muted-foreground tabular-nums">
          {call.durationMs !== null && formatDuration(call.durationMs)}
        </span>
        <span className="col-start-3 min-h-4 truncate text-xs text-muted-foreground">
          {call.summary}
        </span>
      </summary>
      <div className="mt-2 space-y-2">
        <Block label="What was asked">{JSON.stringify(call.arguments, null, 2)}</Block>
        {call.output !== '' && (
          <Block label="What came back">
            {call.output}
            {call.truncated && '\n… (the model got more than is kept here)'}
          </Block>
        )}
        {call.output === '' && call.truncated && (
          <p className="text-xs text-muted-foreground">
            What came back is too long ago to be kept here. The events still have it.
          </p>
        )}
      </div>
    </details>
  );
}

function Block(props: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <ScrollRegion label={props.label} className="max-h-80 rounded-md bg-muted p-2 text-xs">
      <pre className="break-words whitespace-pre-wrap">{props.children}</pre>
    </ScrollRegion>
  );
}

function Outcome({ status }: Pick<ToolCallState, 'status'>): ReactNode {
  switch (status) {
    case 'running':
      return (
        <LoaderCircle
          aria-label="running"
          className="mt-0.5 size-4 shrink-0 animate-spin text-primary"
        />
      );
    case 'ok':
      return <Check aria-label="done" className="mt-0.5 size-4 shrink-0 text-good" />;
    case 'failed':
      return <X aria-label="failed" className="mt-0.5 size-4 shrink-0 text-bad" />;
  }
}

/** The texts alone: a path or what was searched for says enough beside the tool's name. */
function inShort(given: ToolCallState['arguments']): string {
  if (typeof given !== 'object' || given === null) return String(given);
  return Object.values(given)
    .filter((value) => typeof value === 'string')
    .join(' ');
}
