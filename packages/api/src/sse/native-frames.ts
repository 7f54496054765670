import type { Entry } from '@runtape/event-log';
import {
  encodeEvent,
  type EventId,
  type SnapshotMessage,
  type WireEvent,
  type WorkflowEvent,
} from '@runtape/events';
import type { StreamChunk } from '../stream-workflow.ts';

/** How one vocabulary looks on the wire. */
export interface SseFormat {
  /** All of a chunk, as one piece of the body. */
  encode(chunk: StreamChunk): Uint8Array;
}

/** Our own events: `event:` is their type, `data:` all of the event as JSON, `id:` the cursor. Each entry is encoded once for all its readers. */
export class NativeFrames implements SseFormat {
  readonly #encoder = new TextEncoder();
  readonly #frames = new WeakMap<Entry, Uint8Array>();

  encode(chunk: StreamChunk): Uint8Array {
    if (chunk.kind === 'snapshot') return this.#frame(chunk.id, chunk.message);
    const frames = chunk.entries.map((entry) => this.#frameOf(entry));
    const [only] = frames;
    return only !== undefined && frames.length === 1 ? only : concat(frames);
  }

  #frameOf(entry: Entry): Uint8Array {
    const kept = this.#frames.get(entry);
    if (kept !== undefined) return kept;
    const frame = this.#frame(entry.id, encodeEvent(entry.event));
    this.#frames.set(entry, frame);
    return frame;
  }

  #frame(id: EventId, message: WireEvent | WorkflowEvent | SnapshotMessage): Uint8Array {
    // JSON has no raw line breaks. The type of an event we do not know might, and would break the frame.
    const type = message.type.replaceAll(/[\r\n]/g, ' ');
    return this.#encoder.encode(
      `event: ${type}\ndata: ${JSON.stringify({ id, ...message })}\nid: ${id}\n\n`,
    );
  }
}

function concat(frames: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(frames.reduce((size, frame) => size + frame.length, 0));
  let offset = 0;
  for (const frame of frames) {
    whole.set(frame, offset);
    offset += frame.length;
  }
  return whole;
}
