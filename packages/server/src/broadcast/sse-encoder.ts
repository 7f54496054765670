import type {
  WorkflowEvent,
  WorkflowId,
  CursorMessage,
  EventId,
  StreamMessage,
  WorkflowSnapshot,
} from '@runtape/events';
import type { Entry } from '@runtape/event-log';
import type { StreamChunk } from '../read/stream-workflow.ts';

/** What a frame may contain in addition to the event. */
export interface FrameContext {
  readonly workflowId: WorkflowId;
  readonly threadId: string | null;
}

/** Encodes the chunks of a workflow, each entry and snapshot once for all its readers. */
export interface ChunkEncoder {
  /** The event types that it can encode; `null` means all. */
  readonly types: ReadonlySet<string> | null;
  /** Returns whether the event must be replaced by a `workflow:state`. */
  readonly replaceWithState: ((event: WorkflowEvent) => boolean) | undefined;
  /** Encodes a whole chunk; the bytes must not be changed. */
  encode(chunk: StreamChunk, context: FrameContext): Uint8Array;
}

/** Returns the number of events that a chunk delivers. */
export function eventsIn(chunk: StreamChunk): number {
  if (chunk.kind === 'entries') return chunk.entries.length;
  return chunk.kind === 'snapshot' ? 1 : 0;
}

/** Formats one message as a whole frame. */
type FrameOf = (
  id: EventId,
  message: StreamMessage | CursorMessage,
  context: FrameContext,
) => string;

const textEncoder = new TextEncoder();

/** Encodes every message as one frame, each entry and snapshot once for all its readers. */
export class SseEncoder implements ChunkEncoder {
  readonly types = null;
  readonly replaceWithState = undefined;
  readonly #frameOf: FrameOf;
  readonly #entries = new WeakMap<Entry, Uint8Array>();
  /** Encoded pages of several entries: a page of history is the same for all its readers. */
  readonly #pages = new WeakMap<readonly Entry[], Uint8Array>();
  /**
   * Encoded snapshots. `of` is the reason and the event id they were sent with, which are part of
   * the frame.
   */
  readonly #snapshots = new WeakMap<WorkflowSnapshot, { of: string; bytes: Uint8Array }>();

  constructor(frameOf: FrameOf) {
    this.#frameOf = frameOf;
  }

  encode(chunk: StreamChunk, context: FrameContext): Uint8Array {
    switch (chunk.kind) {
      case 'entries': {
        const [only] = chunk.entries;
        if (only !== undefined && chunk.entries.length === 1)
          return this.#encodeEntry(only, context);
        return this.#encodePage(chunk.entries, context);
      }
      case 'snapshot':
        return this.#encodeSnapshot(chunk, context);
      case 'cursor':
        return textEncoder.encode(this.#frameOf(chunk.id, chunk.message, context));
    }
  }

  #encodeEntry(entry: Entry, context: FrameContext): Uint8Array {
    const known = this.#entries.get(entry);
    if (known !== undefined) return known;
    const bytes = textEncoder.encode(this.#frameOf(entry.id, entry.event, context));
    this.#entries.set(entry, bytes);
    return bytes;
  }

  #encodePage(entries: readonly Entry[], context: FrameContext): Uint8Array {
    const known = this.#pages.get(entries);
    if (known !== undefined) return known;
    const bytes = textEncoder.encode(
      entries.map(({ id, event }) => this.#frameOf(id, event, context)).join(''),
    );
    this.#pages.set(entries, bytes);
    return bytes;
  }

  #encodeSnapshot(
    { id, message }: Extract<StreamChunk, { kind: 'snapshot' }>,
    context: FrameContext,
  ): Uint8Array {
    const { snapshot } = message.data;
    const of = `${message.type === 'reset' ? message.data.reason : 'state'} ${id}`;
    const known = this.#snapshots.get(snapshot);
    if (known?.of === of) return known.bytes;
    const bytes = textEncoder.encode(this.#frameOf(id, message, context));
    this.#snapshots.set(snapshot, { of, bytes });
    return bytes;
  }
}
