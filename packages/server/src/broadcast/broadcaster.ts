import { TimeSlice } from '@runtape/async';
import type { LiveTail } from '@runtape/fan-out';
import type { FrameContext } from './sse-encoder.ts';
import type { StreamOptions } from '../read/stream-workflow.ts';
import type { Observer } from '../metrics/observer.ts';
import type { ChunkEncoder } from './sse-encoder.ts';
import { BroadcastGroup } from './broadcast-group.ts';
import { OpenConnections } from './open-connections.ts';
import { makeMessageEncoders } from './json-encoder.ts';

export interface BroadcasterOptions {
  /** The sources that streams read from. */
  readonly source: Pick<StreamOptions, 'log' | 'fanOut' | 'snapshots'> & {
    readonly observer: Observer;
  };
  readonly heartbeatMs: number;
  /** Aborts when the server is about to stop. */
  readonly draining: AbortSignal;
}

export interface GroupQuery {
  readonly tail: LiveTail;
  readonly incarnation: string;
  readonly encoder: ChunkEncoder;
  readonly context: FrameContext;
  readonly types: ReadonlySet<string> | undefined;
}

/**
 * The shared state of all streams of one API. Readers that wait for the same bytes are in one
 * group. Entries that arrive in one turn of the event loop are sent to all groups in the next, in
 * time slices.
 */
export class Broadcaster {
  readonly source: BroadcasterOptions['source'];
  readonly connections: OpenConnections;
  /**
   * One time slice for all history readers, so that hundreds of cache hits do not block the event
   * loop.
   */
  readonly reading = new TimeSlice();
  readonly encoders = makeMessageEncoders();
  readonly #groups = new WeakMap<LiveTail, Map<string, BroadcastGroup>>();
  readonly #encoderKeys = new WeakMap<ChunkEncoder, number>();
  /** Groups with entries to deliver, in the order in which they got them. */
  readonly #waiting = new Set<BroadcastGroup>();
  #encoderCount = 0;
  #current: Generator<undefined, void, undefined> | null = null;
  #isPlanned = false;

  constructor(options: BroadcasterOptions) {
    this.source = options.source;
    this.connections = new OpenConnections(options);
  }

  /** Returns the group of the readers that wait for the same bytes. The caller must release it. */
  groupOf(query: GroupQuery): BroadcastGroup {
    const { tail, incarnation, encoder, types } = query;
    const key = `${incarnation} ${this.#keyOf(encoder)} ${types === undefined ? '*' : [...types].sort().join(',')}`;
    const ofTail = this.#groups.get(tail) ?? new Map<string, BroadcastGroup>();
    this.#groups.set(tail, ofTail);
    let group = ofTail.get(key);
    if (group === undefined) {
      group = new BroadcastGroup({
        ...query,
        observer: this.source.observer,
        onReady: (dirty) => this.#plan(dirty),
        onUnused: () => ofTail.delete(key),
      });
      ofTail.set(key, group);
    }
    group.use();
    return group;
  }

  #keyOf(encoder: ChunkEncoder): number {
    const known = this.#encoderKeys.get(encoder);
    if (known !== undefined) return known;
    this.#encoderCount += 1;
    this.#encoderKeys.set(encoder, this.#encoderCount);
    return this.#encoderCount;
  }

  #plan(group: BroadcastGroup): void {
    this.#waiting.add(group);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    inNextTurn(() => this.#deliver());
  }

  #deliver(): void {
    this.#isPlanned = false;
    const slice = new TimeSlice();
    // Groups that get entries during this turn wait for the next one, because more entries may
    // follow.
    const due = this.#waiting.size + (this.#current === null ? 0 : 1);
    for (let done = 0; done < due;) {
      this.#current ??= this.#next();
      if (this.#current === null) return;
      if (this.#current.next().done === true) {
        this.#current = null;
        done += 1;
      }
      if (slice.due) break;
    }
    if (this.#isPlanned || (this.#current === null && this.#waiting.size === 0)) return;
    this.#isPlanned = true;
    inNextTurn(() => this.#deliver());
  }

  #next(): Generator<undefined, void, undefined> | null {
    for (const group of this.#waiting) {
      this.#waiting.delete(group);
      return group.deliver();
    }
    return null;
  }
}

/**
 * Where there is no `setImmediate`, as in browsers and workerd, each timer is a task of its own.
 */
function inNextTurn(callback: () => void): void {
  if (typeof globalThis.setImmediate === 'function') globalThis.setImmediate(callback);
  else setTimeout(callback, 0);
}
