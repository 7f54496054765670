'use client';

import type { RuntapeClientErrorCode } from '@runtape/client';
import type { WorkflowSnapshot } from '@runtape/events';
import { textOf } from '@runtape/workflow-state';
import { type ReactNode, useState } from 'react';
import { describeReset, describeStream } from './describe-stream.ts';
import { useWorkflowStream, type WorkflowStream } from './use-workflow-stream.ts';

/** Why the stream stopped: the workflow failed, or the stream has failed permanently. */
export interface StreamHandlerError {
  /** The code of the workflow's failure, or a `RuntapeClientErrorCode` of the client. */
  readonly code: RuntapeClientErrorCode | (string & {});
  readonly message: string;
}

export interface StreamHandlerProps {
  readonly workflowId: string;
  /**
   * The name of the text to show, as given to `ctx.text`. Default: the newest one that is not a
   * model's reasoning.
   */
  readonly part?: string | undefined;
  /** Called once with the final state when the workflow completes while it is being watched. */
  readonly onComplete?: ((workflow: WorkflowSnapshot) => void) | undefined;
  /**
   * Called when the workflow fails, or when the stream fails permanently before the workflow ends.
   */
  readonly onError?: ((error: StreamHandlerError) => void) | undefined;
  /** Additional classes for the box; the rest is styled with Tailwind. */
  readonly className?: string | undefined;
}

/**
 * Shows a workflow's text as it is written, with a button that starts and stops watching. The
 * workflow itself continues when watching stops.
 */
export function StreamHandler(props: StreamHandlerProps): ReactNode {
  const { workflowId, part, onComplete, onError, className = '' } = props;
  const [watching, setWatching] = useState(false);
  const stream = useWorkflowStream(workflowId, {
    enabled: watching,
    onCompleted: onComplete,
    onFailed: ({ error }) => {
      if (error !== null) onError?.(error);
    },
    onError,
  });
  const button = buttonFor(stream, watching);
  return (
    <section
      className={`flex flex-col gap-3 rounded-lg border p-4 ${className}`.trimEnd()}
      aria-label="Workflow stream"
    >
      <header className="flex flex-wrap items-center gap-3 text-sm">
        <button
          type="button"
          className="min-w-24 rounded-md border px-3 py-1 font-medium disabled:opacity-60"
          disabled={button.action === null}
          onClick={() => {
            if (button.action === 'reconnect') stream.reconnect();
            else setWatching(button.action === 'start');
          }}
        >
          {button.label}
        </button>
        <output>{statusOf(stream, watching)}</output>
        <code className="ml-auto text-xs break-all opacity-80">{workflowId}</code>
      </header>
      {stream.reset !== null && (
        <output className="text-xs opacity-80">{describeReset(stream.reset)}</output>
      )}
      <div className="text-sm break-words whitespace-pre-wrap" aria-busy={stream.isStreaming}>
        {textOf(stream.workflow, part)}
      </div>
    </section>
  );
}

interface ButtonState {
  readonly label: string;
  readonly action: 'start' | 'stop' | 'reconnect' | null;
}

function buttonFor({ workflow, error }: WorkflowStream, watching: boolean): ButtonState {
  if (workflow.endedAt !== null) return { label: 'Ended', action: null };
  if (!watching) return { label: 'Start', action: 'start' };
  return error === null
    ? { label: 'Stop', action: 'stop' }
    : { label: 'Try again', action: 'reconnect' };
}

function statusOf(stream: WorkflowStream, watching: boolean): string {
  return watching || stream.workflow.endedAt !== null ? describeStream(stream) : 'Not watching';
}
