import { concatBytes } from '../../broadcast/concat-bytes.ts';
import type { Entry } from '@runtape/event-log';
import type { EventId, ResetReason, WorkflowSnapshot } from '@runtape/events';
import type { ChunkEncoder } from '../../broadcast/sse-encoder.ts';
import type { StreamChunk } from '../../read/stream-workflow.ts';
import type { FrameContext } from '../../broadcast/sse-encoder.ts';
import type { Frame, SseFormat } from './format.ts';

type SnapshotChunk = Extract<StreamChunk, { kind: 'snapshot' }>;

interface EncodedSnapshot {
  /** Why it is sent; part of the frame. */
  readonly kind: ResetReason | 'state';
  readonly id: EventId;
  readonly bytes: Uint8Array;
}

/** Encodes the frames of a format, each entry and snapshot once for all its readers. */
export class FormatEncoder implements ChunkEncoder {
  readonly format: SseFormat;
  readonly #idOf: (id: EventId, context: FrameContext) => string;
  readonly #encoder = new TextEncoder();
  readonly #encoded = new WeakMap<Entry, Uint8Array>();
  /** Encoded pages of several entries: a page of history is the same for all its readers. */
  readonly #encodedPages = new WeakMap<readonly Entry[], Uint8Array>();
  readonly #encodedSnapshots = new WeakMap<WorkflowSnapshot, EncodedSnapshot>();

  /** @param idOf returns the `id:` field. Default: the event id. */
  constructor(
    format: SseFormat,
    idOf: (id: EventId, context: FrameContext) => string = (id) => id,
  ) {
    this.format = format;
    this.#idOf = idOf;
  }

  get types(): ReadonlySet<string> | null {
    return this.format.types;
  }

  get replaceWithState(): SseFormat['replaceWithState'] {
    return this.format.replaceWithState;
  }

  /** Encodes a whole chunk. */
  encode(chunk: StreamChunk, context: FrameContext): Uint8Array {
    switch (chunk.kind) {
      case 'entries':
        return this.#encodeEntries(chunk.entries, context);
      case 'snapshot':
        return this.#encodeSnapshot(chunk, context);
      case 'cursor':
        return this.#encode([], this.#idOf(chunk.id, context));
    }
  }

  /** Snapshots are large, and each stalled reader would otherwise hold its own copy. */
  #encodeSnapshot({ id, message }: SnapshotChunk, context: FrameContext): Uint8Array {
    const { snapshot } = message.data;
    const kind = message.type === 'reset' ? message.data.reason : 'state';
    const kept = this.#encodedSnapshots.get(snapshot);
    if (kept?.kind === kind && kept.id === id) return kept.bytes;
    const frames = this.format.ofSnapshot(id, message, context);
    const bytes = this.#encode(frames, this.#idOf(id, context));
    this.#encodedSnapshots.set(snapshot, { kind, id, bytes });
    return bytes;
  }

  #encodeEntries(entries: readonly Entry[], context: FrameContext): Uint8Array {
    const [only] = entries;
    if (only !== undefined && entries.length === 1) return this.#encodeEntry(only, context);
    const kept = this.#encodedPages.get(entries);
    if (kept !== undefined) return kept;
    const written = concatBytes(entries.map((entry) => this.#encodeEntry(entry, context)));
    this.#encodedPages.set(entries, written);
    return written;
  }

  #encodeEntry(entry: Entry, context: FrameContext): Uint8Array {
    const kept = this.#encoded.get(entry);
    if (kept !== undefined) return kept;
    const frame = this.format.ofEntry(entry, context);
    const written = this.#encode(frame === null ? [] : [frame], this.#idOf(entry.id, context));
    this.#encoded.set(entry, written);
    return written;
  }

  /**
   * Only the last frame has the id: a reader that did not receive it gets all frames again. Without
   * frames the id alone advances the cursor.
   */
  #encode(frames: readonly Frame[], id: string): Uint8Array {
    const text = frames.map(fieldsOf).join('\n');
    return this.#encoder.encode(`${text}id: ${id}\n\n`);
  }
}

function fieldsOf({ event, data }: Frame): string {
  // JSON contains no raw line breaks, but the type of an unknown event may: they would break the
  // frame.
  return `event: ${event.replaceAll(/[\r\n]/g, ' ')}\ndata: ${JSON.stringify(data)}\n`;
}
