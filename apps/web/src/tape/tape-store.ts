import { compareEventIds, type EventId, eventIdSchema, type StreamEntry } from '@runtape/events';
import type { TapeHistory } from '@runtape/workflow-state/tape';
import { FINDING, type Moment, MomentAddress, NOW, type PastMoment } from '../workflow/moment.ts';
import { seqOf } from './event-items.ts';
import { GapLoader } from './gap-loader.ts';
import { HistoryLoader, type HistoryLoaderOptions, type Loading } from './history-loader.ts';
import { PlayClock } from './play-clock.ts';

/** How many events ahead of the playhead are loaded while playing. */
const AHEAD = 400;
/** How often a growing tape is drawn again, in ms. */
const GROWN_EVERY_MS = 200;

export const speeds = [1, 2, 5, 10, 25, 50] as const;
export type Speed = (typeof speeds)[number];

export interface TapeView {
  readonly history: TapeHistory;
  /** Changes whenever the tape has to be drawn again. */
  readonly version: number;
  /** The known length of the log. */
  readonly known: number;
  readonly hasEnded: boolean;
  /** All events are loaded. */
  readonly hasAll: boolean;
  readonly loading: Loading;
  /** The event at the playhead; `null` at the tail. */
  readonly index: number | null;
  /** The position of the playhead, in ms of the tape. */
  readonly place: number;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  readonly moment: Moment;
  /** Why the moment in the address cannot be shown. */
  readonly problem: 'malformed' | 'unknown' | null;
}

export interface TapeStoreOptions extends Omit<HistoryLoaderOptions, 'onChange'> {
  /** The moment in the address. */
  readonly at: string | null;
}

/**
 * The tape of one workflow with its playhead: a store outside React that changes at most once per
 * frame.
 */
export class TapeStore {
  readonly #loader: HistoryLoader;
  readonly #clock = new PlayClock((passed) => this.#advance(passed));
  readonly #gaps: GapLoader;
  readonly #address = new MomentAddress();
  readonly #viewers = new Set<() => void>();
  #view: TapeView;
  #index: number | null = null;
  #place = 0;
  #speed: Speed = 1;
  /** A moment whose events are not loaded yet. */
  #sought: EventId | null = null;
  #hasEnded = false;
  #problem: TapeView['problem'] = null;
  #past: PastMoment | null = null;
  #frame: number | null = null;
  #growing: ReturnType<typeof setTimeout> | null = null;

  constructor({ at, ...options }: TapeStoreOptions) {
    this.#loader = new HistoryLoader({ ...options, onChange: () => this.#grew() });
    this.#gaps = new GapLoader(this.#loader, () => this.#changeSoon());
    if (at !== null) this.#seek(at);
    this.#view = this.#look(0);
  }

  readonly getView = (): TapeView => this.#view;

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#viewers.add(changed);
    return () => void this.#viewers.delete(changed);
  };

  /**
   * Starts or continues.
   * @returns a function that stops everything.
   */
  start(): () => void {
    if (this.#loader.tail !== null) this.#loader.load();
    this.#changeSoon();
    return () => this.#stop();
  }

  take(entry: StreamEntry): void {
    if (entry.message.type === 'reset') this.toNow();
    this.#loader.take(entry);
    if (this.#gaps.serverIsBack()) this.#changeSoon();
    this.#begin();
  }

  reach(tail: EventId, hasEnded: boolean): void {
    this.#hasEnded = hasEnded;
    this.#loader.reach(tail);
    this.#begin();
    this.#grew();
  }

  /** Retries what failed while the server was away. */
  serverIsBack(): void {
    this.#loader.serverIsBack();
    if (this.#gaps.serverIsBack()) this.#changeSoon();
  }

  /** Starts loading, also again after a failure. */
  readonly load = (): void => {
    this.#gaps.tryAgain();
    this.#loader.load();
    this.#changeSoon();
  };

  /** Moves the playhead to an event, or to the tail after the last. */
  seekIndex(index: number): void {
    const { length } = this.#history;
    if (length === 0) return;
    this.#sought = null;
    this.#problem = null;
    const isTail = index >= length - 1 && this.#loader.hasAll;
    const inside = Math.min(Math.max(0, index), length - 1);
    this.#index = isTail ? null : inside;
    this.#place = this.#history.positionOf(inside);
    if (isTail) this.#clock.stop();
    this.#changeSoon();
  }

  seekPlace(place: number): void {
    this.seekIndex(this.#history.indexAt(place));
  }

  /** Loads an event for its description. */
  readonly lookAt = (index: number): void => {
    if (index < this.#history.length) void this.#gaps.readAround(index);
  };

  /** The user drags the playhead: it does not move by itself. */
  hold(): void {
    this.#clock.stop();
  }

  step(by: number): void {
    this.#clock.stop();
    // Nothing follows the tail, even while earlier events are loading.
    if (this.#index === null && by > 0) return this.#changeSoon();
    this.seekIndex((this.#index ?? this.#history.length - 1) + by);
  }

  toStart(): void {
    this.#clock.stop();
    this.seekIndex(0);
  }

  readonly toNow = (): void => {
    this.#clock.stop();
    this.#index = null;
    this.#sought = null;
    this.#problem = null;
    this.#changeSoon();
  };

  /** Plays from the playhead, or from the first event at the tail. */
  readonly togglePlay = (): void => {
    if (this.#clock.isRunning) {
      this.#clock.stop();
    } else if (this.#history.length > 0) {
      if (this.#index === null) this.seekIndex(0);
      this.#clock.start();
    }
    this.#changeSoon();
  };

  setSpeed(speed: Speed): void {
    this.#speed = speed;
    this.#changeSoon();
  }

  get #history(): TapeHistory {
    return this.#loader.history;
  }

  #stop(): void {
    this.#loader.stop();
    this.#clock.stop();
    this.#gaps.stop();
    this.#address.stop();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    if (this.#growing !== null) clearTimeout(this.#growing);
    this.#growing = null;
  }

  #seek(at: string): void {
    const parsed = eventIdSchema.safeParse(at);
    if (parsed.success) this.#sought = parsed.data;
    else this.#problem = 'malformed';
  }

  #begin(): void {
    if (!this.#loader.isWanted && this.#loader.tail !== null) this.#loader.load();
  }

  #advance(passedMs: number): void {
    // The state at the playhead has to load first.
    if (this.#gaps.isReading) return;
    const place = this.#place + passedMs * this.#speed;
    this.seekPlace(place);
    // In a gap the playhead moves between two events, but not beyond what is loaded.
    this.#place = Math.min(place, this.#history.lengthMs);
  }

  #grew(): void {
    this.#growing ??= setTimeout(() => {
      this.#growing = null;
      this.#changeSoon();
    }, GROWN_EVERY_MS);
  }

  #changeSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#find();
      this.#fold();
      this.#view = this.#look(this.#view.version + 1);
      for (const changed of this.#viewers) changed();
      this.#showInAddress();
    });
  }

  /** Goes to the sought moment once its event is loaded, or gives up once it cannot come. */
  #find(): void {
    const sought = this.#sought;
    const { tail } = this.#loader;
    if (sought === null || tail === null) return;
    const index = this.#history.indexOf(sought);
    const toCome = compareEventIds(sought, tail);
    if (index !== null) {
      this.seekIndex(index);
    } else if (toCome === null || toCome > 0 || this.#loader.hasAll || seqOf(sought) === 0) {
      this.#sought = null;
      this.#problem = 'unknown';
    }
  }

  #fold(): void {
    if (this.#index === null) {
      this.#past = null;
      return;
    }
    const index = this.#index;
    const id = this.#history.idAt(index);
    if (id === null || this.#past?.id === id) return;
    const workflow = this.#history.stateAt(index);
    if (workflow === null) {
      void this.#gaps.read(index);
      return;
    }
    const [at, rate] = [this.#history.timeAt(index), this.#history.rateAt(index)];
    this.#past = { kind: 'past', id, at, workflow, rate };
    if (this.#clock.isRunning) this.lookAt(index + AHEAD);
  }

  #look(version: number): TapeView {
    const { loading, tail, hasAll } = this.#loader;
    const { error } = this.#gaps;
    return {
      history: this.#history,
      version,
      known: Math.max(seqOf(tail), this.#history.length),
      hasEnded: this.#hasEnded,
      hasAll,
      loading: error === null ? loading : { state: 'failed', message: error },
      index: this.#index,
      place: this.#index === null ? this.#history.lengthMs : this.#place,
      isPlaying: this.#clock.isRunning,
      speed: this.#speed,
      moment: this.#momentNow(),
      problem: this.#problem,
    };
  }

  #momentNow(): Moment {
    if (this.#past !== null) return this.#past;
    // The current state stays until the one at the playhead is loaded, unless the address asks for
    // a moment.
    return this.#sought !== null ? FINDING : NOW;
  }

  #showInAddress(): void {
    // The address keeps its moment until it is found, or the user has dismissed the problem.
    if (this.#sought !== null || this.#problem !== null) return;
    if (this.#index === null) this.#address.show(null);
    else if (this.#past !== null) this.#address.show(this.#past.id);
  }
}
