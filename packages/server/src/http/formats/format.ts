import type { Entry } from '@runtape/event-log';
import { type EventId, type SnapshotMessage, type WorkflowEvent, RESTARTED } from '@runtape/events';
import type { FrameContext } from '../../broadcast/sse-encoder.ts';

/** One server-sent event before encoding. */
export interface Frame {
  /** The field `event:`. */
  readonly event: string;
  /** The field `data:`, sent as JSON. */
  readonly data: object;
}

/**
 * A wire format: how the entries of one log become server-sent events. Pure: a frame depends on a
 * single event only; where that is not enough, the format requests the whole state.
 */
export interface SseFormat {
  /** The event types that it can encode; `null` means all. Terminal events are always sent. */
  readonly types: ReadonlySet<string> | null;
  /**
   * Events that are replaced by a `workflow:state`, because their frames need more than the event.
   */
  readonly replaceWithState?: ((event: WorkflowEvent) => boolean) | undefined;
  /** @returns `null` if the format has no frame for the entry; the cursor advances anyway. */
  ofEntry(entry: Entry, context: FrameContext): Frame | null;
  /**
   * A `reset` or `workflow:state`. Of several frames a reader may get only the first ones, and then
   * gets all again.
   */
  ofSnapshot(id: EventId, message: SnapshotMessage, context: FrameContext): readonly Frame[];
}

/**
 * Whether an event may invalidate text that a reader already has: the next attempt rewrites
 * unfinished text, and a text that turned out to be a thought starts again. A reader that only
 * appends text then needs the current text.
 */
export function supersedes({ type, data }: WorkflowEvent): boolean {
  if (type === 'token') return data.metadata?.finishReason === RESTARTED;
  return type === 'workflow:retrying' || (type === 'workflow:running' && data.attempt > 1);
}
