import type { EventId, Replay, WorkflowId } from '@runtape/events';
import type { Identity } from './accounts/identity.ts';
import { type ApiError, toApiError } from './errors.ts';
import { findWorkflow } from './find-workflow.ts';
import { type SourceStart, StreamMany } from './stream-many.ts';
import { type StreamChunk, type StreamOptions, streamWorkflow } from './stream-workflow.ts';

/** One of the workflows that are asked for. */
export interface AskedStream {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** Default: all. */
  readonly types?: ReadonlySet<string> | undefined;
}

/** What comes of one of the workflows. */
export type StreamPart =
  | { readonly kind: 'chunk'; readonly workflowId: WorkflowId; readonly chunk: StreamChunk }
  /** Everything of it was there. */
  | { readonly kind: 'ended'; readonly workflowId: WorkflowId }
  /** Nothing more of it comes, and not because it has ended. */
  | { readonly kind: 'refused'; readonly workflowId: string; readonly error: ApiError };

export interface StreamWorkflowsOptions extends Pick<
  StreamOptions,
  'log' | 'fanOut' | 'snapshots' | 'signal'
> {
  /** Who asks; what they may not see is refused. */
  readonly identity: Identity;
  readonly streams: readonly AskedStream[];
  /** Hears why a workflow was refused when that is not the client's doing. */
  readonly onError: (error: unknown) => void;
}

/**
 * Many workflows in one stream, each as `streamWorkflow` has it. One that is refused disturbs no other.
 * @returns when all have ended or were refused.
 * @throws an AbortError when the signal aborts; EventLogError and ApiError `unavailable`, which mean all of them.
 */
export async function* streamWorkflows(
  options: StreamWorkflowsOptions,
): AsyncGenerator<StreamPart, void> {
  const many = new StreamMany<StreamPart>(options.signal);
  for (const asked of options.streams) many.add((start) => partsOf(options, asked, start));
  yield* many.read();
}

async function* partsOf(
  { log, fanOut, snapshots, identity, onError }: StreamWorkflowsOptions,
  asked: AskedStream,
  { signal, onWait }: SourceStart,
): AsyncGenerator<StreamPart, void> {
  try {
    const { workflowId } = await findWorkflow({ log, identity }, asked.workflowId);
    const { after, replay, types } = asked;
    const streamed = { log, fanOut, snapshots, workflowId, after, replay, types, signal, onWait };
    for await (const chunk of streamWorkflow(streamed)) yield { kind: 'chunk', workflowId, chunk };
    yield { kind: 'ended', workflowId };
  } catch (thrown) {
    const error = toApiError(thrown);
    // The store is away, or the stream is over: that is not about this workflow.
    if (signal.aborted || error.code === 'unavailable') throw thrown;
    onError(thrown);
    yield { kind: 'refused', workflowId: asked.workflowId, error };
  }
}
