import type { LoopGuardOptions, WorkflowQueue } from '@runtape/engine';
import type { EventLog } from '@runtape/event-log';

/** Where workflows are kept: an event log, and the queue that wakes workers. */
export interface Store {
  readonly log: EventLog;
  /** Default: a queue for workers in this process. Those of other processes look every second. */
  readonly queue?: WorkflowQueue | undefined;
  /** How a thread that watches the event loop opens the log again. Default: no watch. */
  readonly loopGuard?: LoopGuardOptions | undefined;
  /** Closes the log and the queue. Default: they stay open, and whoever made them closes them. */
  close?(): Promise<void>;
}

/** What opening a store may report. */
export interface StoreCallbacks {
  /** Receives errors of connections. */
  readonly onError: (error: unknown) => void;
  /** Receives what works, but may lose events. */
  readonly onWarning: (message: string) => void;
}

/** Opens a store at its first use. May be called again after it has failed. */
export type OpenStore = (callbacks: StoreCallbacks) => Promise<Store>;
