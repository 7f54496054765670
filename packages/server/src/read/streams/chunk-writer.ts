import type { WorkflowEvent, WorkflowId } from '@runtape/events';
import type { StreamChunk } from './stream-workflow.ts';

/** What a frame may say beside what happened. */
export interface FrameContext {
  readonly workflowId: WorkflowId;
  readonly threadId: string | null;
}

/** Writes down what comes of a workflow, each entry and snapshot once for all its readers. */
export interface ChunkWriter {
  /** Types of events that it has words for; `null` means all. */
  readonly types: ReadonlySet<string> | null;
  /** Events in whose place it gets a `workflow:state`. */
  readonly stateAt: ((event: WorkflowEvent) => boolean) | undefined;
  /** All of a chunk, as one piece; never changed afterwards. */
  encode(chunk: StreamChunk, about: FrameContext): Uint8Array;
}

/** How many events a chunk delivers. */
export function eventsIn(chunk: StreamChunk): number {
  if (chunk.kind === 'entries') return chunk.entries.length;
  return chunk.kind === 'snapshot' ? 1 : 0;
}
