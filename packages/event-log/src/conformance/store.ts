import type { EventLog } from '../event-log.ts';

/** A fresh, empty store and a log on it. Disposing closes every handle and removes the store. */
export interface ConformanceStore extends AsyncDisposable {
  readonly log: EventLog;
  /** A second handle on the same store, as another process would have. */
  another(): Promise<EventLog>;
}

export type OpenStore = () => Promise<ConformanceStore>;
