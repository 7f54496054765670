import type { FanOut } from '@runtape/fan-out';
import type { AccessContext } from '../../accounts/find-workflow.ts';
import type { StreamLimiter } from '../../limits/stream-limiter.ts';
import type { Observer } from '../../metrics/observer.ts';
import type { SnapshotCache } from '../snapshots/snapshot-cache.ts';
import type { LiveStreams } from './live-streams.ts';

/** The context that streams and pages of events need. */
export interface StreamContext extends AccessContext {
  /** The client address; it identifies clients that are not signed in. */
  readonly address: string;
  readonly fanOut: FanOut;
  readonly snapshots: SnapshotCache;
  readonly streams: StreamLimiter;
  readonly live: LiveStreams;
  readonly observer: Observer;
  /** Aborts when the server is about to stop: streams then end so that their clients reconnect. */
  readonly draining: AbortSignal;
  /** Returns numbers from 0 to 1, for spreading reconnects. */
  readonly random: () => number;
  /** Called with errors that are not the client's fault. */
  readonly report: (error: unknown, path: string) => void;
}
