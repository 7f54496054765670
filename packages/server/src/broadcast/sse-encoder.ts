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
export interface ChunkWriter {
  /** The event types that it can encode; `null` means all. */
  readonly types: ReadonlySet<string> | null;
  /** Returns whether the event must be replaced by a `workflow:state`. */
  readonly stateAt: ((event: WorkflowEvent) => boolean) | undefined;
  /** Encodes a whole chunk; the bytes must not be changed. */
  encode(chunk: StreamChunk, about: FrameContext): Uint8Array;
}

/** Returns the number of events that a chunk delivers. */
export function eventsIn(chunk: StreamChunk): number {
  if (chunk.kind === 'entries') return chunk.entries.length;
  return chunk.kind === 'snapshot' ? 1 : 0;
}

/** Formats one message as a whole frame. */
type FrameOf = (id: EventId, message: StreamMessage | CursorMessage, about: FrameContext) => string;

const encoder = new TextEncoder();

/** Encodes every message as one frame, each entry and snapshot once for all its readers. */
export class TextWriter implements ChunkWriter {
  readonly types = null;
  readonly stateAt = undefined;
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

  encode(chunk: StreamChunk, about: FrameContext): Uint8Array {
    switch (chunk.kind) {
      case 'entries': {
        const [only] = chunk.entries;
        if (only !== undefined && chunk.entries.length === 1) return this.#encodeEntry(only, about);
        return this.#encodePage(chunk.entries, about);
      }
      case 'snapshot':
        return this.#encodeSnapshot(chunk, about);
      case 'cursor':
        return encoder.encode(this.#frameOf(chunk.id, chunk.message, about));
    }
  }

  #encodeEntry(entry: Entry, about: FrameContext): Uint8Array {
    const known = this.#entries.get(entry);
    if (known !== undefined) return known;
    const bytes = encoder.encode(this.#frameOf(entry.id, entry.event, about));
    this.#entries.set(entry, bytes);
    return bytes;
  }

  #encodePage(entries: readonly Entry[], about: FrameContext): Uint8Array {
    const known = this.#pages.get(entries);
    if (known !== undefined) return known;
    const bytes = encoder.encode(
      entries.map(({ id, event }) => this.#frameOf(id, event, about)).join(''),
    );
    this.#pages.set(entries, bytes);
    return bytes;
  }

  #encodeSnapshot(
    { id, message }: Extract<StreamChunk, { kind: 'snapshot' }>,
    about: FrameContext,
  ): Uint8Array {
    const { snapshot } = message.data;
    const of = `${message.type === 'reset' ? message.data.reason : 'state'} ${id}`;
    const known = this.#snapshots.get(snapshot);
    if (known?.of === of) return known.bytes;
    const bytes = encoder.encode(this.#frameOf(id, message, about));
    this.#snapshots.set(snapshot, { of, bytes });
    return bytes;
  }
}
