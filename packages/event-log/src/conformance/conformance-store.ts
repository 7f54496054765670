import type { EventLog } from '../port/event-log.ts';

/** A fresh, empty store and a log on it. Disposing closes every handle and removes the store. */
export interface ConformanceStore extends AsyncDisposable {
  readonly log: EventLog;
  /** Opens a second handle on the same store, as another process would have. */
  another(): Promise<EventLog>;
}

export type OpenStore = () => Promise<ConformanceStore>;

/** A store that can be reverted by removing its last entries. */
export interface LossyStore extends AsyncDisposable {
  readonly log: EventLog;
  /**
   * Records the current state of the store.
   * @returns a function that makes the store lose everything since, as a power failure does, and
   *   returns a log on the remaining state. It may be called again.
   */
  mark(): Promise<() => Promise<EventLog>>;
}

export type OpenLossyStore = () => Promise<LossyStore>;
