import type { EventLog } from '../event-log.ts';

/** A fresh, empty store and a log on it. Disposing closes every handle and removes the store. */
export interface ConformanceStore extends AsyncDisposable {
  readonly log: EventLog;
  /** A second handle on the same store, as another process would have. */
  another(): Promise<EventLog>;
}

export type OpenStore = () => Promise<ConformanceStore>;

/** A store that can be brought back without its last entries. */
export interface LosingStore extends AsyncDisposable {
  readonly log: EventLog;
  /**
   * Notes what the store has by now.
   * @returns what makes the store lose everything since, as a loss of power does, and gives a log
   *   on what is left. May be called again.
   */
  mark(): Promise<() => Promise<EventLog>>;
}

export type OpenLosingStore = () => Promise<LosingStore>;
