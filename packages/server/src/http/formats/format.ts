import type { Entry } from '@runtape/event-log';
import { type EventId, type SnapshotMessage, type WorkflowEvent, RESTARTED } from '@runtape/events';
import type { FrameContext } from '../../read/streams/chunk-writer.ts';

/** One server-sent event, before it is written down. */
export interface Frame {
  /** The field `event:`. */
  readonly event: string;
  /** The field `data:`, sent as JSON. */
  readonly data: object;
}

/**
 * A vocabulary: how one log is told to those who speak it. Pure; what to tell follows from a single
 * event, and where it does not, the format asks for the whole state.
 */
export interface SseFormat {
  /** Events it has words for; `null` means all. Terminal events come in any case. */
  readonly types: ReadonlySet<string> | null;
  /**
   * Events in whose place it gets a `workflow:state`, because their frames take more than the
   * event.
   */
  readonly stateAt?: ((event: WorkflowEvent) => boolean) | undefined;
  /** @returns `null` when it has no word for this one; the cursor moves on all the same. */
  ofEntry(entry: Entry, about: FrameContext): Frame | null;
  /**
   * A `reset` or `workflow:state`. Of several frames a reader may get only the first ones, and then
   * gets all again.
   */
  ofSnapshot(id: EventId, message: SnapshotMessage, about: FrameContext): readonly Frame[];
}

/**
 * Tells whether an event may have made text void that a reader has: a next attempt writes again
 * what the one before left unfinished, and a text begins again that turned out to be a thought. A
 * reader that only adds text to text then needs the text that still counts.
 */
export function supersedes({ type, data }: WorkflowEvent): boolean {
  if (type === 'token') return data.metadata?.finishReason === RESTARTED;
  return type === 'workflow:retrying' || (type === 'workflow:running' && data.attempt > 1);
}
