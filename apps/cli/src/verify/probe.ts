import type { RuntapeClient } from '@runtape/client';
import type { StreamEntry, WorkflowId, WorkflowSnapshot } from '@runtape/events';

/** The workflow that all checks follow. */
export interface Started {
  readonly workflowId: WorkflowId;
  readonly threadId: string;
}

/** The log of the workflow once it has ended. */
export interface Ended {
  readonly entries: readonly StreamEntry[];
  /** The fold of the entries. */
  readonly snapshot: WorkflowSnapshot;
}

/** What a check works with. */
export interface Probe {
  /** The server's origin. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /**
   * A request to a path of the server, as `fetch` makes it; not compressed unless its headers ask
   * for that.
   */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  readonly client: RuntapeClient;
  /** Aborts when time is up, or when the user interrupts. */
  readonly signal: AbortSignal;
  /** Random for each run. */
  readonly runId: string;
  /** How long a first message, or the effect of a command, may take, in ms. */
  readonly promptlyMs: number;
  /** How often a quiet stream must send a heartbeat, in ms. */
  readonly heartbeatMs: number;
  /** Rejects with NotRun when it could not be started. */
  readonly started: Promise<Started>;
  /** Rejects with NotRun when it could not be read. */
  readonly ended: Promise<Ended>;
  /** Only for the check that starts it; `null` when it could not. */
  readonly announce: (started: Started | null) => void;
  /** Cancels the workflow at the end, if it still runs. */
  readonly cleanUp: (workflowId: string) => void;
  /** The check has received something of the workflow, or need not be waited for. */
  readonly markSeen: () => void;
}
