import type { ToolCallState } from '@runtape/events';
import { isCutOffCall } from '@runtape/workflow-state';
import type { ReactNode } from 'react';
import { CheckIcon, ChevronIcon, CrossIcon, SlashIcon, SpinnerIcon } from './icons.tsx';

const MS = 1000;

export interface ToolCallProps {
  /** One of `workflow.tools`. */
  readonly call: ToolCallState;
}

/** Shows a tool call as one collapsed line: the tool, its arguments and the outcome. */
export function ToolCall({ call }: ToolCallProps): ReactNode {
  return (
    <details className="group min-w-0">
      <summary className="grid cursor-pointer list-none grid-cols-[auto_auto_minmax(0,1fr)_auto] items-start gap-x-1.5">
        <ChevronIcon className="mt-0.5 opacity-70 group-open:rotate-90 motion-safe:transition-transform" />
        <Outcome call={call} />
        <span className="line-clamp-2 font-mono text-xs leading-5 [overflow-wrap:anywhere]">
          <span className="font-medium">{call.name}</span> {inShort(call.arguments)}
        </span>
        <span className="text-xs leading-5 tabular-nums opacity-80">
          {call.durationMs !== null && `${(call.durationMs / MS).toFixed(1)} s`}
        </span>
        <span className="col-start-3 min-h-4 truncate text-xs opacity-80">{call.summary}</span>
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
          <p className="text-xs opacity-80">
            What came back is too long ago to be kept here. The events still have it.
          </p>
        )}
      </div>
    </details>
  );
}

function Block(props: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    // Not a landmark, because every expanded call has two of these.
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- Only form elements have this role natively.
      role="group"
      aria-label={props.label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- A scrollable region must be reachable by keyboard.
      tabIndex={0}
      className="max-h-80 overflow-auto rounded-md bg-neutral-500/10 p-2 text-xs"
    >
      <pre className="break-words whitespace-pre-wrap">{props.children}</pre>
    </div>
  );
}

function Outcome({ call }: { readonly call: ToolCallState }): ReactNode {
  if (isCutOffCall(call)) return <SlashIcon label="stopped" className="mt-0.5 opacity-70" />;
  switch (call.status) {
    case 'running':
      return <SpinnerIcon label="running" className="mt-0.5" />;
    case 'ok':
      return <CheckIcon label="done" className="mt-0.5 text-emerald-700 dark:text-emerald-400" />;
    case 'failed':
      return <CrossIcon label="failed" className="mt-0.5 text-red-700 dark:text-red-300" />;
  }
}

/** Returns the string arguments only: a path or a search term is enough beside the tool's name. */
function inShort(given: ToolCallState['arguments']): string {
  if (typeof given !== 'object' || given === null) return String(given);
  return Object.values(given)
    .filter((value) => typeof value === 'string')
    .join(' ');
}
