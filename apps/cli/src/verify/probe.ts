import type { GithubClient } from '@runtape/github-workflows/client';
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

/** The tools and the shared state of a check. */
export interface Probe {
  /** The server's origin. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /**
   * Sends a request to a path of the server, like `fetch`; uncompressed unless its headers request
   * compression.
   */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  readonly client: GithubClient;
  /** Aborts on timeout, or when the user interrupts. */
  readonly signal: AbortSignal;
  /** The id of the run, random each time. */
  readonly runId: string;
  /** The time limit for a first message, or for the effect of a command, in ms. */
  readonly promptlyMs: number;
  /** The interval at which a quiet stream must send a heartbeat, in ms. */
  readonly heartbeatMs: number;
  /** The started workflow. Rejects with NotRun if it did not start. */
  readonly started: Promise<Started>;
  /** The log of the ended workflow. Rejects with NotRun if it was not readable. */
  readonly ended: Promise<Ended>;
  /**
   * Reports the started workflow, or `null` if it did not start; only for the check that starts it.
   */
  readonly announce: (started: Started | null) => void;
  /** Cancels the workflow after all checks, if it is still running. */
  readonly cleanUp: (workflowId: string) => void;
  /** Reports that the check has received an event of the workflow, or need not be waited for. */
  readonly markSeen: () => void;
}
