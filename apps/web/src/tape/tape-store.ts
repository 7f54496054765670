import {
  compareEventIds,
  type EventId,
  eventIdSchema,
  parseEventId,
  type StreamEntry,
} from '@runtape/events';
import type { TapeHistory } from '@runtape/workflow-state/tape';
import { FINDING, type Moment, NOW, type PastMoment } from '../workflow/moment.ts';
import { HistoryLoader, type HistoryLoaderOptions, type Loading } from './history-loader.ts';
import { MomentAddress } from './moment-address.ts';
import { PlayClock } from './play-clock.ts';
import { GapLoader } from './gap-loader.ts';

/** While it plays, the events so far ahead of the playhead are read before they are needed. */
const AHEAD = 400;
/** How often a tape that grows is drawn anew, in ms. */
const GROWN_EVERY_MS = 200;

export const speeds = [1, 2, 5, 10, 25, 50] as const;
export type Speed = (typeof speeds)[number];

export interface TapeView {
  readonly history: TapeHistory;
  /** Another number whenever the tape is to be drawn anew. */
  readonly version: number;
  /** Events the log has, as far as is known. */
  readonly known: number;
  /** The last of them ends the workflow. */
  readonly hasEnded: boolean;
  /** All of them are here. */
  readonly hasAll: boolean;
  readonly loading: Loading;
  /** The event at the playhead; `null` when it stands at the tail. */
  readonly index: number | null;
  /** Where the playhead stands, in ms of the tape. */
  readonly place: number;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  readonly moment: Moment;
  /** The address names a moment that is not to be had; why. */
  readonly problem: 'malformed' | 'unknown' | null;
}

export interface TapeStoreOptions extends Omit<HistoryLoaderOptions, 'onChange'> {
  /** The moment to begin with, as the address has it. */
  readonly at: string | null;
}

/** The tape of one workflow, and a playhead on it. A store outside React: it changes at most once a frame. */
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
  /** A moment whose events are still to come. */
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

  /** Goes on where it was stopped. @returns what ends everything it has under way. */
  start(): () => void {
    if (this.#loader.tail !== null) this.#loader.load();
    this.#changeSoon();
    return () => this.#stop();
  }

  /** Takes what the live stream delivers. */
  take(entry: StreamEntry): void {
    if (entry.message.type === 'reset') this.toNow();
    this.#loader.take(entry);
    if (this.#gaps.serverIsBack()) this.#changeSoon();
    this.#begin();
  }

  /** Tells how far the log reaches, and whether it is closed there. */
  reach(tail: EventId, hasEnded: boolean): void {
    this.#hasEnded = hasEnded;
    this.#loader.reach(tail);
    this.#begin();
    this.#grew();
  }

  /** What could not be read while the server was away is asked for again. */
  serverIsBack(): void {
    this.#loader.serverIsBack();
    if (this.#gaps.serverIsBack()) this.#changeSoon();
  }

  /** Reads the events; also again after it failed. */
  readonly load = (): void => {
    this.#gaps.tryAgain();
    this.#loader.load();
    this.#changeSoon();
  };

  /** Moves the playhead to an event; to the tail when there is none after it. */
  seekIndex(index: number): void {
    const { length } = this.#history;
    if (length === 0) return;
    this.#sought = null;
    this.#problem = null;
    const isTail = index >= length - 1 && this.#loader.hasAll;
    const inside = Math.min(Math.max(0, index), length - 1);
    this.#index = isTail ? null : inside;
    this.#place = this.#history.placeOf(inside);
    if (isTail) this.#clock.stop();
    this.#changeSoon();
  }

  /** Moves the playhead to the event at a place on the tape. */
  seekPlace(place: number): void {
    this.seekIndex(this.#history.indexAt(place));
  }

  /** Somebody wants to know what happened at an event: it is read if it is not here. */
  readonly lookAt = (index: number): void => {
    if (index < this.#history.length) void this.#gaps.readAround(index);
  };

  /** The playhead is in somebody's hand: it does not move by itself. */
  hold(): void {
    this.#clock.stop();
  }

  step(by: number): void {
    this.#clock.stop();
    // Nothing comes after the tail, also while what leads up to it is still being read.
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

  /** Plays on from the playhead; from the first event when it stands at the tail. */
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
    // What is at the playhead has to be read first.
    if (this.#gaps.isReading) return;
    const place = this.#place + passedMs * this.#speed;
    this.seekPlace(place);
    // In a quiet the playhead goes on between two events. What is not read yet cannot be played.
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

  /** Goes to the moment that is sought once its event is here, and gives up once it cannot come. */
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
    // What is here stays until the state at the playhead has come; only what the address asks for is not what is now.
    return this.#sought !== null ? FINDING : NOW;
  }

  #showInAddress(): void {
    // What the address asks for stays there until it is found, and what is wrong with it until somebody has seen it.
    if (this.#sought !== null || this.#problem !== null) return;
    if (this.#index === null) this.#address.show(null);
    else if (this.#past !== null) this.#address.show(this.#past.id);
  }
}

function seqOf(id: EventId | null): number {
  return id === null ? 0 : (parseEventId(id)?.seq ?? 0);
}
