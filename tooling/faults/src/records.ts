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
  /** The client went away. */
  | { readonly kind: 'left' }
  /** The connection broke, or the server asked the client to reconnect. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** The server said that nothing follows. */
  | { readonly kind: 'finished' }
  /** The server refused a workflow that exists. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What one client received over one connection, or one series of polls. */
export interface Session {
  /** `null` asks for everything. */
  readonly after: string | null;
  /** Whether it asked for the past as one `workflow:state`. */
  readonly wantsState?: boolean;
  readonly server: string;
  readonly frames: readonly Frame[];
  readonly end: SessionEnd;
}

/** Everything that one client received of one workflow. */
export interface History {
  readonly client: string;
  readonly surface: SurfaceName;
  readonly workflowId: string;
  /** False for one that stopped reading for good. */
  readonly staysToTheEnd: boolean;
  readonly sessions: readonly Session[];
}

/** One workflow's log as it was in the end. */
export interface FinalLog {
  readonly workflowId: string;
  readonly entries: readonly Entry[];
}

/** The answers to all requests with one idempotency key. */
export interface Start {
  readonly key: string;
  /** Time of the first request, in ms since 1970. */
  readonly askedAt: number;
  readonly workflowIds: readonly string[];
}

/** A fault, from its injection until it was healed. Times in ms since 1970. */
export interface FaultWindow {
  readonly kind: string;
  readonly target: string;
  readonly from: number;
  /** When the process ran again, or the connection passed again. */
  readonly to: number;
  /** How far the clock of the target was ahead meanwhile, in ms. */
  readonly aheadMs?: number;
}

/** Everything that a run recorded; the checker needs nothing else. */
export interface Records {
  readonly starts: readonly Start[];
  readonly histories: readonly History[];
  readonly logs: readonly FinalLog[];
  readonly faultWindows: readonly FaultWindow[];
}
