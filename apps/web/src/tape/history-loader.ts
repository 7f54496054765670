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
import { MAX_UNSHORTENED_EVENTS } from '../workflow/preload-workflow.ts';
import { decodeItem, toSeq } from './event-items.ts';

/** The server's maximum page size. */
const PAGE_SIZE = 1000;
/** The maximum number of live events to keep while older ones are loading. */
const MAX_PENDING = 2000;
/** The minimum time between two reads of the log, for a fast tail or after a failure, in ms. */
const READ_INTERVAL_MS = 1000;

type ReadPage = (
  range: { readonly after: EventId | null; readonly limit: number },
  signal: AbortSignal,
) => Promise<EventPage>;

/** Resolves to `null` when the tape has to be built from events. */
type ReadTape = (signal: AbortSignal) => Promise<ShortTape | null>;

/** Loads the events up to one, with neighbouring tokens merged. */
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
 * is exactly the next one is appended; otherwise the log is read. A long tape is loaded in short
 * form, and its events only around the playhead.
 */
export class HistoryLoader {
  readonly #options: HistoryLoaderOptions;
  #history: TapeHistory;
  #tail: EventId | null = null;
  #isStarted = false;
  #reading: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #pending: TapeEntry[] = [];
  /** The last id from the live stream. */
  #lastLiveId: EventId | null = null;
  /** Whether the server has become available since the last failure. */
  #isAvailable = false;
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

  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** The id of the last known event. */
  get tail(): EventId | null {
    return this.#tail;
  }

  /** Whether all events up to the tail are loaded. */
  get hasAll(): boolean {
    return this.#tail !== null && !this.#isBehind();
  }

  /** Starts loading, or retries after a failure. */
  load(): void {
    this.#isStarted = true;
    if (this.#loading.state === 'failed') {
      this.#cancelTimer();
      this.#set({ state: 'idle' });
    }
    this.#continue();
  }

  /** Retries a failed load, but not more often than the read interval. */
  onServerAvailable(): void {
    if (this.#loading.state !== 'failed') return;
    if (this.#timer === null) this.load();
    else this.#isAvailable = true;
  }

  /** Reports that the log has events up to `tail`. */
  reach(tail: EventId): void {
    if (this.#tail !== null && (compareEventIds(tail, this.#tail) ?? 1) <= 0) return;
    this.#tail = tail;
    this.onServerAvailable();
    if (this.#isStarted && this.#isBehind()) this.#continue();
  }

  /** Adds a message of the live stream. */
  add({ id, message }: StreamEntry): void {
    if (message.type === 'reset') {
      this.#startOver();
      this.reach(id);
      return;
    }
    // A merged token may contain events that are already loaded.
    const isWhole = this.#lastLiveId !== null && compareEventIds(id, this.#lastLiveId) === 1;
    this.#lastLiveId = id;
    if (isWhole && this.#isStarted && !isSnapshotMessage(message)) {
      this.#addEvent({ id, event: message });
    }
    this.reach(id);
    this.onServerAvailable();
  }

  /** Loads the past up to an event, in as few events as possible. Rejects on failure. */
  async loadPast(missing: MissingPast, signal: AbortSignal): Promise<void> {
    const history = this.#history;
    const { readPast } = this.#options;
    if (readPast === undefined) throw new Error('There is no readPast.');
    const entries: TapeEntry[] = [];
    const { upTo } = missing;
    for (let after = missing.after; after !== upTo; after = entries.at(-1)?.id ?? null) {
      const { events } = await readPast({ after, upTo }, signal);
      const decoded = events.map(decodeItem).filter((entry) => entry !== null);
      if (decoded.length === 0) throw new Error('The server no longer has these events.');
      entries.push(...decoded);
    }
    if (history === this.#history) history.fillPast(missing, entries);
  }

  /** The missing past of an event; `null` if it is loaded, or has to be loaded event by event. */
  pastFor(index: number): MissingPast | null {
    return this.#options.readPast === undefined ? null : this.#history.pastFor(index);
  }

  /** Loads missing events. Rejects on failure. */
  async refill(missing: MissingChunk, signal: AbortSignal): Promise<void> {
    const history = this.#history;
    const entries: TapeEntry[] = [];
    while (entries.length < missing.limit) {
      const after = entries.at(-1)?.id ?? missing.after;
      const limit = missing.limit - entries.length;
      const { events } = await this.#options.readPage({ after, limit }, signal);
      const decoded = events.map(decodeItem).filter((entry) => entry !== null);
      if (decoded.length === 0) throw new Error('The server no longer has these events.');
      entries.push(...decoded);
    }
    if (history === this.#history) history.fill(missing, entries);
  }

  /** Stops loading; `load` starts again. */
  stop(): void {
    this.#reading?.abort();
    this.#reading = null;
    this.#cancelTimer();
    this.#pending = [];
    this.#loading = { state: 'idle' };
  }

  #addEvent(entry: TapeEntry): void {
    if (this.#history.append(entry)) this.#options.onChange();
    else if (this.#reading !== null && this.#pending.length < MAX_PENDING) {
      this.#pending.push(entry);
    }
  }

  #startOver(): void {
    this.stop();
    this.#history = new TapeHistory(initialState(this.#options.workflowId));
    this.#tail = null;
    this.#lastLiveId = null;
    this.#options.onChange();
  }

  #isBehind(): boolean {
    if (this.#tail === null) return false;
    const { cursor } = this.#history;
    return cursor === null || (compareEventIds(cursor, this.#tail) ?? -1) < 0;
  }

  #continue(): void {
    const isBusy = this.#reading !== null || this.#timer !== null;
    if (isBusy || this.#loading.state === 'failed') return;
    if (this.#isBehind()) void this.#read();
  }

  async #read(): Promise<void> {
    const reading = new AbortController();
    this.#reading = reading;
    this.#set({ state: 'loading' });
    try {
      const readAfter = (after: EventId | null): Promise<EventPage> => {
        const page = this.#options.readPage({ after, limit: PAGE_SIZE }, reading.signal);
        // It is never awaited if the page before it does not fit.
        page.catch(() => {});
        return page;
      };
      if (this.#isFarBehind()) await this.#readShortTape(reading.signal);
      if (reading.signal.aborted) return;
      let ahead: Promise<EventPage> | null = null;
      while (this.#isBehind()) {
        const page: EventPage = await (ahead ?? readAfter(this.#history.cursor));
        const { events, next } = page;
        if (reading.signal.aborted) return;
        // The next page loads while this one is appended.
        ahead = events.length === PAGE_SIZE ? readAfter(next) : null;
        if (!this.#appendPage(events)) break;
        this.#appendPending();
        this.#options.onChange();
      }
    } catch (error) {
      if (reading.signal.aborted) return;
      this.#reading = null;
      this.#set({ state: 'failed', message: RuntapeClientError.from(error).message });
      this.#pause(() => {
        if (this.#isAvailable) this.load();
      });
      return;
    }
    this.#reading = null;
    this.#set({ state: 'idle' });
    this.#pause(() => this.#continue());
  }

  #isFarBehind(): boolean {
    return toSeq(this.#tail) - toSeq(this.#history.cursor) > MAX_UNSHORTENED_EVENTS;
  }

  async #readShortTape(signal: AbortSignal): Promise<void> {
    const short = (await this.#options.readTape?.(signal)) ?? null;
    if (signal.aborted || short === null || !this.#history.adopt(short)) return;
    this.#appendPending();
    this.#options.onChange();
  }

  #pause(after: () => void): void {
    this.#timer = setTimeout(() => {
      this.#timer = null;
      after();
    }, READ_INTERVAL_MS);
  }

  #cancelTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#isAvailable = false;
  }

  /** @returns false when nothing of it fits, so that another read would not help either. */
  #appendPage(events: readonly EventItem[]): boolean {
    const [first] = events;
    if (first?.type === 'reset') {
      // The start of the log was trimmed, so the tape starts at the server's first event.
      this.#history = new TapeHistory({ ...first.data.snapshot, cursor: first.data.cursor });
      return this.#isBehind();
    }
    let hasAppended = false;
    for (const item of events) {
      const entry = decodeItem(item);
      if (entry !== null && this.#history.append(entry)) hasAppended = true;
    }
    return hasAppended;
  }

  #appendPending(): void {
    for (const entry of this.#pending) this.#history.append(entry);
    const seq = toSeq(this.#history.cursor);
    this.#pending = this.#pending.filter(({ id }) => toSeq(id) > seq);
  }

  #set(loading: Loading): void {
    this.#loading = loading;
    this.#options.onChange();
  }
}
