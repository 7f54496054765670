import type { RuntapeClient } from '@runtape/client';
import type { StreamEntry, WorkflowId, WorkflowSnapshot } from '@runtape/events';

/** The workflow that all surfaces are asked about. */
export interface Started {
  readonly workflowId: WorkflowId;
  readonly threadId: string;
}

/** How the workflow ended, out of its log. */
export interface Ended {
  readonly entries: readonly StreamEntry[];
  /** What they fold to. */
  readonly snapshot: WorkflowSnapshot;
}

/** What a check has to find out with. */
export interface Probe {
  /** The server's origin. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** A request to a path of the server, as `fetch` makes it; not compressed unless its headers ask for that. */
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
  readonly client: RuntapeClient;
  /** Aborts when time is up, or when nobody wants to know any more. */
  readonly signal: AbortSignal;
  /** Drawn anew for each time that a server is checked. */
  readonly runId: string;
  /** How long a first word, or the effect of a command, may take, in ms. */
  readonly promptlyMs: number;
  /** How often a quiet stream must say that it is alive, in ms. */
  readonly heartbeatMs: number;
  /** Rejects with NotRun when it could not be started. */
  readonly started: Promise<Started>;
  /** Rejects with NotRun when it could not be read. */
  readonly ended: Promise<Ended>;
  /** Only for the check that starts it; `null` when it could not. */
  readonly announce: (started: Started | null) => void;
  /** What was started is stopped at the end, should it still run. */
  readonly cleanUp: (workflowId: string) => void;
  /** The check has heard of the workflow, or need not be waited for. */
  readonly heardOfIt: () => void;
}
