import type { ReadContext } from '../read/read-context.ts';
import type { Broadcaster } from './broadcaster.ts';

/** The context that streams of events need. */
export interface StreamContext extends ReadContext {
  readonly broadcaster: Broadcaster;
  /** Returns numbers from 0 to 1, for spreading reconnects. */
  readonly random: () => number;
  /** Called with errors that are not the client's fault. */
  readonly report: (error: unknown, path: string) => void;
}
