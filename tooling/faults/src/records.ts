import type { Entry, JsonValue } from '@runtape/event-log';

/** The interface of the server that a client uses. */
export type SurfaceName = 'plain' | 'trpc' | 'shared' | 'pages' | 'client';

/** One message as it was received. */
export interface Frame {
  readonly id: string;
  /** `{type, data, timestamp, metadata?}`, an event or a reset. */
  readonly message: JsonValue;
}

export type SessionEnd =
  /** The client disconnected. */
  | { readonly kind: 'left' }
  /** The connection broke, or the server asked the client to reconnect. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** The server reported the end of the stream. */
  | { readonly kind: 'finished' }
  /** The server refused a workflow that exists. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What one client received over one connection, or one series of polls. */
export interface ClientSession {
  /** `null` requests everything. */
  readonly after: string | null;
  /** Whether the history was requested as one `workflow:state`. */
  readonly wantsState?: boolean;
  readonly server: string;
  readonly frames: readonly Frame[];
  readonly end: SessionEnd;
}

/** All messages about one workflow that one client received. */
export interface History {
  readonly client: string;
  readonly surface: SurfaceName;
  readonly workflowId: string;
  /** False for a client that stopped reading forever. */
  readonly staysToTheEnd: boolean;
  readonly sessions: readonly ClientSession[];
}

/** The final log of one workflow. */
export interface FinalLog {
  readonly workflowId: string;
  readonly entries: readonly Entry[];
}

/** The answers to all requests with one idempotency key. */
export interface Start {
  readonly key: string;
  /** Time of the first request, in ms since 1970. */
  readonly requestedAt: number;
  readonly workflowIds: readonly string[];
}

/** A fault, from its injection until it was healed. Times in ms since 1970. */
export interface FaultWindow {
  readonly kind: string;
  readonly target: string;
  readonly from: number;
  /** When the process or the connection worked again. */
  readonly to: number;
  /** How far the clock of the target was ahead during the fault, in ms. */
  readonly aheadMs?: number;
}

/** Everything that a run recorded; the checker needs nothing else. */
export interface Records {
  readonly starts: readonly Start[];
  readonly histories: readonly History[];
  readonly logs: readonly FinalLog[];
  readonly faultWindows: readonly FaultWindow[];
}
