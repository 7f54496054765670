import {
  type EventId,
  hasEnded,
  isSnapshotMessage,
  isTerminal,
  type Replay,
  type StreamEntry,
} from '@runtape/events';
import { fetchWorkflowPage } from '../transport/fetch-page.ts';
import { CursorGuard, type StreamProblem } from './cursor-guard.ts';
import { DeliveryBuffer } from './delivery-buffer.ts';
import type { ConnectionOptions, DirectStream, FillOptions } from './direct-stream.ts';

export interface WorkflowStreamRequest extends FillOptions {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** The event types to deliver; `null` for all. */
  readonly types: ReadonlySet<string> | null;
  readonly onProblem: (problem: StreamProblem) => void;
}

export function workflowStream(
  { trpc }: ConnectionOptions,
  { workflowId, after, replay, types, onProblem }: WorkflowStreamRequest,
): DirectStream<StreamEntry, EventId> {
  const buffer = new DeliveryBuffer<StreamEntry, EventId>({
    guard: new CursorGuard(after, { isFiltered: types !== null }),
    endsWith: endsStream,
    // Polls, and servers without filters, return events of all types.
    wants: (entry) =>
      types === null ||
      types.has(entry.message.type) ||
      isSnapshotMessage(entry.message) ||
      endsStream(entry),
    onProblem,
  });
  return {
    buffer,
    subscribe: (observer) =>
      trpc.onWorkflowEvents.subscribe(
        {
          workflowId,
          lastEventId: buffer.cursor,
          replay,
          ...(types !== null && { types: [...types] }),
        },
        observer,
      ),
    fetchPage: (options) =>
      fetchWorkflowPage(options, { workflowId, after: buffer.cursor, replay }),
  };
}

function endsStream({ message }: StreamEntry): boolean {
  return isSnapshotMessage(message) ? hasEnded(message.data.snapshot.status) : isTerminal(message);
}
