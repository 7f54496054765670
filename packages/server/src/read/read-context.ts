import type { FanOut } from '@runtape/fan-out';
import type { AccessContext } from '../accounts/find-workflow.ts';
import type { StreamLimiter } from '../limits/stream-limiter.ts';
import type { Observer } from '../metrics/observer.ts';
import type { SnapshotCache } from './snapshots/snapshot-cache.ts';

/** The context that pages and streams of events need. */
export interface ReadContext extends AccessContext {
  /** The client address; it identifies clients that are not signed in. */
  readonly address: string;
  readonly fanOut: FanOut;
  readonly snapshots: SnapshotCache;
  readonly streams: StreamLimiter;
  readonly observer: Observer;
  /** Aborts when the server is about to stop: streams then end so that their clients reconnect. */
  readonly draining: AbortSignal;
}
