import { type EventItem, type EventPage, RuntapeClientError } from '@runtape/client';
import {
  compareEventIds,
  type EventId,
  isSnapshotMessage,
  type StreamEntry,
} from '@runtape/events';
import { initialState } from '@runtape/workflow-state';
import {
  type MissingPast,
  type MissingChunk,
  type ShortTape,
  type TapeEntry,
  TapeHistory,
} from '@runtape/workflow-state/tape';
import { MOST_READ } from '../workflow/preload-workflow.ts';
import { decodeItem, seqOf } from './event-items.ts';

/** The largest page that the server gives. */
const PAGE = 1000;
/** Live events to keep while older ones are loading. */
const MOST_WAITING = 2000;
/**
 * The least time between two reads of the log, in ms: for a very fast tail, and after a failure.
 */
const EVERY_MS = 1000;

type ReadPage = (
  range: { readonly after: EventId | null; readonly limit: number },
  signal: AbortSignal,
) => Promise<EventPage>;

/** `null` when the tape has to be made from events. */
type ReadTape = (signal: AbortSignal) => Promise<ShortTape | null>;

/** Loads events up to one, neighbouring tokens merged. */
type ReadPast = (
  range: { readonly after: EventId | null; readonly upTo: EventId },
  signal: AbortSignal,
) => Promise<EventPage>;

export type Loading =
  | { readonly state: 'idle' }
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly message: string };

export interface HistoryLoaderOptions {
  readonly workflowId: string;
  readonly readPage: ReadPage;
  /** Default: all events are loaded. */
  readonly readTape?: ReadTape | undefined;
  /** Default: the past is loaded event by event. */
  readonly readPast?: ReadPast | undefined;
  /** Called when events or the loading state have changed. */
  readonly onChange: () => void;
}

/**
 * Loads a workflow's tape from the first event to the tail, and follows the tail: a live event that
 * is exactly the next one is appended; otherwise the log is read. A long tape comes in short form,
 * and its events are loaded where the user looks.
 */
export class HistoryLoader {
  readonly #options: HistoryLoaderOptions;
  #history: TapeHistory;
  #tail: EventId | null = null;
  #isWanted = false;
  #reading: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #waiting: TapeEntry[] = [];
  /** The last id that the live stream delivered. */
  #live: EventId | null = null;
  /** The server has answered since the log could not be read. */
  #isBack = false;
  #loading: Loading = { state: 'idle' };

  constructor(options: HistoryLoaderOptions) {
    this.#options = options;
    this.#history = new TapeHistory(initialState(options.workflowId));
  }

  get history(): TapeHistory {
    return this.#history;
  }

  get loading(): Loading {
    return this.#loading;
  }

  get isWanted(): boolean {
    return this.#isWanted;
  }

  /** The last event that is known to exist. */
  get tail(): EventId | null {
    return this.#tail;
  }

  /** All events up to the tail are loaded. */
  get hasAll(): boolean {
    return this.#tail !== null && !this.#isBehind();
  }

  /** Starts loading, also again after a failure. */
  load(): void {
    this.#isWanted = true;
    if (this.#loading.state === 'failed') {
      this.#rest();
      this.#set({ state: 'idle' });
    }
    this.#goOn();
  }

  /** Retries a failed load. While the server is silent nothing is requested. */
  serverIsBack(): void {
    if (this.#loading.state !== 'failed') return;
    if (this.#timer === null) this.load();
    else this.#isBack = true;
  }

  reach(tail: EventId): void {
    if (this.#tail !== null && (compareEventIds(tail, this.#tail) ?? 1) <= 0) return;
    this.#tail = tail;
    this.serverIsBack();
    if (this.#isWanted && this.#isBehind()) this.#goOn();
  }

  take({ id, message }: StreamEntry): void {
    if (message.type === 'reset') {
      this.#startAnew();
      this.reach(id);
      return;
    }
    // A merged token may contain events that are here already.
    const isWhole = this.#live !== null && compareEventIds(id, this.#live) === 1;
    this.#live = id;
    if (isWhole && this.#isWanted && !isSnapshotMessage(message)) {
      this.#takeEvent({ id, event: message });
    }
    this.reach(id);
    this.serverIsBack();
  }

  /** Loads the past up to an event, in as few events as possible. Rejects when that fails. */
  async readPast(missing: MissingPast, signal: AbortSignal): Promise<void> {
    const history = this.#history;
    const { readPast } = this.#options;
    if (readPast === undefined) throw new Error('Nothing was given to read it with.');
    const entries: TapeEntry[] = [];
    const { upTo } = missing;
    for (let after = missing.after; after !== upTo; after = entries.at(-1)?.id ?? null) {
      const { events } = await readPast({ after, upTo }, signal);
      const read = events.map(decodeItem).filter((entry) => entry !== null);
      if (read.length === 0) throw new Error('The server no longer has these events.');
      entries.push(...read);
    }
    if (history === this.#history) history.fillPast(missing, entries);
  }

  /** The missing past of an event; `null` when it is here, or has to be loaded event by event. */
  pastFor(index: number): MissingPast | null {
    return this.#options.readPast === undefined ? null : this.#history.pastFor(index);
  }

  /** Loads missing events. Rejects when that fails. */
  async refill(missing: MissingChunk, signal: AbortSignal): Promise<void> {
    const history = this.#history;
    const entries: TapeEntry[] = [];
    while (entries.length < missing.limit) {
      const after = entries.at(-1)?.id ?? missing.after;
      const limit = missing.limit - entries.length;
      const { events } = await this.#options.readPage({ after, limit }, signal);
      const read = events.map(decodeItem).filter((entry) => entry !== null);
      if (read.length === 0) throw new Error('The server no longer has these events.');
      entries.push(...read);
    }
    if (history === this.#history) history.fill(missing, entries);
  }

  /** Stops loading; `load` starts again. */
  stop(): void {
    this.#reading?.abort();
    this.#reading = null;
    this.#rest();
    this.#waiting = [];
    this.#loading = { state: 'idle' };
  }

  #takeEvent(entry: TapeEntry): void {
    if (this.#history.append(entry)) this.#options.onChange();
    else if (this.#reading !== null && this.#waiting.length < MOST_WAITING) {
      this.#waiting.push(entry);
    }
  }

  #startAnew(): void {
    this.stop();
    this.#history = new TapeHistory(initialState(this.#options.workflowId));
    this.#tail = null;
    this.#live = null;
    this.#options.onChange();
  }

  #isBehind(): boolean {
    if (this.#tail === null) return false;
    const { cursor } = this.#history;
    return cursor === null || (compareEventIds(cursor, this.#tail) ?? -1) < 0;
  }

  #goOn(): void {
    const isBusy = this.#reading !== null || this.#timer !== null;
    if (isBusy || this.#loading.state === 'failed') return;
    if (this.#isBehind()) void this.#read();
  }

  async #read(): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    this.#set({ state: 'loading' });
    try {
      const ask = (after: EventId | null): Promise<EventPage> => {
        const page = this.#options.readPage({ after, limit: PAGE }, reading.signal);
        // It is not awaited when the page before it does not fit.
        page.catch(() => {});
        return page;
      };
      if (this.#isFarBehind()) await this.#readInShort(reading.signal);
      if (reading.signal.aborted) return;
      let ahead: Promise<EventPage> | null = null;
      while (this.#isBehind()) {
        const page: EventPage = await (ahead ?? ask(this.#history.cursor));
        const { events, next } = page;
        if (reading.signal.aborted) return;
        // The next page loads while this one is appended.
        ahead = events.length === PAGE ? ask(next) : null;
        if (!this.#takePage(events)) break;
        this.#takeWaiting();
        this.#options.onChange();
      }
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#reading = null;
      this.#set({ state: 'failed', message: RuntapeClientError.from(error).message });
      this.#pause(() => {
        if (this.#isBack) this.load();
      });
      return;
    }
    this.#reading = null;
    this.#set({ state: 'idle' });
    this.#pause(() => this.#goOn());
  }

  #isFarBehind(): boolean {
    return seqOf(this.#tail) - seqOf(this.#history.cursor) > MOST_READ;
  }

  async #readInShort(signal: AbortSignal): Promise<void> {
    const short = (await this.#options.readTape?.(signal)) ?? null;
    if (signal.aborted || short === null || !this.#history.adopt(short)) return;
    this.#takeWaiting();
    this.#options.onChange();
  }

  #pause(after: () => void): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      after();
    }, EVERY_MS);
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isBack = false;
  }

  /** @returns false when nothing of it fits: asking again at once would not help. */
  #takePage(events: readonly EventItem[]): boolean {
    const [first] = events;
    if (first?.type === 'reset') {
      // The start was trimmed: the tape begins where the server can begin.
      this.#history = new TapeHistory({ ...first.data.snapshot, cursor: first.data.cursor });
      return this.#isBehind();
    }
    let took = false;
    for (const item of events) {
      const entry = decodeItem(item);
      if (entry !== null && this.#history.append(entry)) took = true;
    }
    return took;
  }

  #takeWaiting(): void {
    for (const entry of this.#waiting) this.#history.append(entry);
    const seq = seqOf(this.#history.cursor);
    this.#waiting = this.#waiting.filter(({ id }) => seqOf(id) > seq);
  }

  #set(loading: Loading): void {
    this.#loading = loading;
    this.#options.onChange();
  }
}
