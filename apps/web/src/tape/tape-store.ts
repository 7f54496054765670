import { compareEventIds, type EventId, eventIdSchema, type StreamEntry } from '@runtape/events';
import type { TapeHistory } from '@runtape/workflow-state/tape';
import { LOADING, type Moment, MomentAddress, NOW, type PastMoment } from '../workflow/moment.ts';
import { toSeq } from './event-items.ts';
import { GapLoader } from './gap-loader.ts';
import { HistoryLoader, type HistoryLoaderOptions, type Loading } from './history-loader.ts';
import { PlayClock } from './play-clock.ts';

/** The number of events that are loaded ahead of the playhead while playing. */
const READ_AHEAD = 400;
/** How often a growing tape is redrawn, in ms. */
const REDRAW_MS = 200;

export const speeds = [1, 2, 5, 10, 25, 50] as const;
export type Speed = (typeof speeds)[number];

export interface TapeView {
  readonly history: TapeHistory;
  /** Changes whenever the tape has to be redrawn. */
  readonly version: number;
  /** The known length of the log. */
  readonly known: number;
  readonly hasEnded: boolean;
  /** Whether all events are loaded. */
  readonly hasAll: boolean;
  readonly loading: Loading;
  /** The index of the event at the playhead; `null` at the tail. */
  readonly index: number | null;
  /** The position of the playhead, in ms of the tape. */
  readonly position: number;
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
  readonly #clock = new PlayClock((elapsedMs) => this.#advance(elapsedMs));
  readonly #gaps: GapLoader;
  readonly #address = new MomentAddress();
  readonly #listeners = new Set<() => void>();
  #view: TapeView;
  #index: number | null = null;
  #position = 0;
  #speed: Speed = 1;
  /** The moment to show once its event is loaded. */
  #target: EventId | null = null;
  #hasEnded = false;
  #problem: TapeView['problem'] = null;
  #past: PastMoment | null = null;
  #frame: number | null = null;
  #redrawTimer: ReturnType<typeof setTimeout> | null = null;

  constructor({ at, ...options }: TapeStoreOptions) {
    this.#loader = new HistoryLoader({ ...options, onChange: () => this.#redrawSoon() });
    this.#gaps = new GapLoader(this.#loader, () => this.#changeSoon());
    if (at !== null) this.#seek(at);
    this.#view = this.#createView(0);
  }

  readonly getView = (): TapeView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /**
   * Starts or continues.
   * @returns a function that stops all loading and playing.
   */
  start(): () => void {
    if (this.#loader.tail !== null) this.#loader.load();
    this.#changeSoon();
    return () => this.#stop();
  }

  /** Adds a message of the live stream. */
  add(entry: StreamEntry): void {
    if (entry.message.type === 'reset') this.toNow();
    this.#loader.add(entry);
    if (this.#gaps.onServerAvailable()) this.#changeSoon();
    this.#startLoading();
  }

  reach(tail: EventId, hasEnded: boolean): void {
    this.#hasEnded = hasEnded;
    this.#loader.reach(tail);
    this.#startLoading();
    this.#redrawSoon();
  }

  /** Retries failed loads. */
  onServerAvailable(): void {
    this.#loader.onServerAvailable();
    if (this.#gaps.onServerAvailable()) this.#changeSoon();
  }

  /** Starts loading, or retries after a failure. */
  readonly load = (): void => {
    this.#gaps.retry();
    this.#loader.load();
    this.#changeSoon();
  };

  /** Moves the playhead to an event, or to the tail after the last. */
  seekIndex(index: number): void {
    const { length } = this.#history;
    if (length === 0) return;
    this.#target = null;
    this.#problem = null;
    const isTail = index >= length - 1 && this.#loader.hasAll;
    const inside = Math.min(Math.max(0, index), length - 1);
    this.#index = isTail ? null : inside;
    this.#position = this.#history.positionOf(inside);
    if (isTail) this.#clock.stop();
    this.#changeSoon();
  }

  seekPosition(position: number): void {
    this.seekIndex(this.#history.indexAt(position));
  }

  /** Loads an event for its description. */
  readonly loadAround = (index: number): void => {
    if (index < this.#history.length) void this.#gaps.loadAround(index);
  };

  /** Stops playing while the user drags the playhead. */
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
    this.#target = null;
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
    if (this.#redrawTimer !== null) clearTimeout(this.#redrawTimer);
    this.#redrawTimer = null;
  }

  #seek(at: string): void {
    const parsed = eventIdSchema.safeParse(at);
    if (parsed.success) this.#target = parsed.data;
    else this.#problem = 'malformed';
  }

  #startLoading(): void {
    if (!this.#loader.isStarted && this.#loader.tail !== null) this.#loader.load();
  }

  #advance(elapsedMs: number): void {
    // The state at the playhead has to be loaded first.
    if (this.#gaps.isLoading) return;
    const position = this.#position + elapsedMs * this.#speed;
    this.seekPosition(position);
    // In a gap the playhead moves between two events, but not beyond what is loaded.
    this.#position = Math.min(position, this.#history.lengthMs);
  }

  #redrawSoon(): void {
    this.#redrawTimer ??= setTimeout(() => {
      this.#redrawTimer = null;
      this.#changeSoon();
    }, REDRAW_MS);
  }

  #changeSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.#find();
      this.#fold();
      this.#view = this.#createView(this.#view.version + 1);
      for (const listener of this.#listeners) listener();
      this.#showInAddress();
    });
  }

  /** Moves to the target once its event is loaded, or gives up if it does not exist. */
  #find(): void {
    const target = this.#target;
    const { tail } = this.#loader;
    if (target === null || tail === null) return;
    const index = this.#history.indexOf(target);
    const order = compareEventIds(target, tail);
    if (index !== null) {
      this.seekIndex(index);
    } else if (order === null || order > 0 || this.#loader.hasAll || toSeq(target) === 0) {
      this.#target = null;
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
      void this.#gaps.load(index);
      return;
    }
    const [at, rate] = [this.#history.timeAt(index), this.#history.rateAt(index)];
    this.#past = { kind: 'past', id, at, workflow, rate };
    if (this.#clock.isRunning) this.loadAround(index + READ_AHEAD);
  }

  #createView(version: number): TapeView {
    const { loading, tail, hasAll } = this.#loader;
    const { error } = this.#gaps;
    return {
      history: this.#history,
      version,
      known: Math.max(toSeq(tail), this.#history.length),
      hasEnded: this.#hasEnded,
      hasAll,
      loading: error === null ? loading : { state: 'failed', message: error },
      index: this.#index,
      position: this.#index === null ? this.#history.lengthMs : this.#position,
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
    return this.#target !== null ? LOADING : NOW;
  }

  #showInAddress(): void {
    // The address keeps its moment until it is found, or the user has dismissed the problem.
    if (this.#target !== null || this.#problem !== null) return;
    if (this.#index === null) this.#address.show(null);
    else if (this.#past !== null) this.#address.show(this.#past.id);
  }
}
