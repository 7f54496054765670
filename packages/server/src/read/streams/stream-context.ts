import type { FanOut } from '@runtape/fan-out';
import type { AccessContext } from '../../accounts/find-workflow.ts';
import type { StreamLimiter } from '../../limits/stream-limiter.ts';
import type { Observer } from '../../metrics/observer.ts';
import type { SnapshotCache } from '../snapshots/snapshot-cache.ts';
import type { LiveStreams } from './live-streams.ts';

/** What streams and pages of events need. */
export interface StreamContext extends AccessContext {
  /** Where the request comes from; tells apart those who are not signed in. */
  readonly address: string;
  readonly fanOut: FanOut;
  readonly snapshots: SnapshotCache;
  readonly streams: StreamLimiter;
  readonly live: LiveStreams;
  readonly observer: Observer;
  /** Aborts when the server is about to stop: streams then end so that their clients reconnect. */
  readonly draining: AbortSignal;
  /** From 0 to 1, spreads out reconnects. */
  readonly random: () => number;
  /** Hears of errors that are not the client's fault. */
  readonly report: (error: unknown, path: string) => void;
}
