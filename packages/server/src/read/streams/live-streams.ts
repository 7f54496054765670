import { TimeSlice } from '@runtape/async';
import type { LiveTail } from '@runtape/fan-out';
import type { FrameContext } from './chunk-writer.ts';
import type { StreamOptions } from './stream-workflow.ts';
import type { Observer } from '../../metrics/observer.ts';
import type { ChunkWriter } from './chunk-writer.ts';
import { LiveGroup } from './live-group.ts';
import { OpenConnections } from './open-connections.ts';
import { makeMessageWriters } from './message-json.ts';

export interface LiveStreamsOptions {
  /** What streams read from. */
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
  readonly writer: ChunkWriter;
  readonly about: FrameContext;
  readonly types: ReadonlySet<string> | undefined;
}

/**
 * What all streams of one API have in common: the readers that wait for the same are in one group,
 * and whatever comes in one turn of the event loop goes out in the next, to all groups, in slices.
 */
export class LiveStreams {
  readonly source: LiveStreamsOptions['source'];
  readonly connections: OpenConnections;
  /** Of all readers of history together, so that hundreds who read what is kept hold nothing up. */
  readonly reading = new TimeSlice();
  readonly messages = makeMessageWriters();
  readonly #groups = new WeakMap<LiveTail, Map<string, LiveGroup>>();
  readonly #writerKeys = new WeakMap<ChunkWriter, number>();
  /** Groups that have something to deliver, in the order in which they heard of it. */
  readonly #waiting = new Set<LiveGroup>();
  #writers = 0;
  #current: Generator<undefined, void, undefined> | null = null;
  #isPlanned = false;

  constructor(options: LiveStreamsOptions) {
    this.source = options.source;
    this.connections = new OpenConnections(options);
  }

  /** The group of those who wait for the same, to be used until it is released. */
  groupOf(query: GroupQuery): LiveGroup {
    const { tail, incarnation, writer, types } = query;
    const key = `${incarnation} ${this.#keyOf(writer)} ${types === undefined ? '*' : [...types].sort().join(',')}`;
    const ofTail = this.#groups.get(tail) ?? new Map<string, LiveGroup>();
    this.#groups.set(tail, ofTail);
    let group = ofTail.get(key);
    if (group === undefined) {
      group = new LiveGroup({
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

  #keyOf(writer: ChunkWriter): number {
    const known = this.#writerKeys.get(writer);
    if (known !== undefined) return known;
    this.#writers += 1;
    this.#writerKeys.set(writer, this.#writers);
    return this.#writers;
  }

  #plan(group: LiveGroup): void {
    this.#waiting.add(group);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    inNextTurn(() => this.#deliver());
  }

  #deliver(): void {
    this.#isPlanned = false;
    const slice = new TimeSlice();
    // Those that hear of something meanwhile wait for the next turn, as what they hear of may be
    // only the first of it.
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
