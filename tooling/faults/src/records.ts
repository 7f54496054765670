import type { Entry, JsonValue } from '@runtape/event-log';

/** Over which door a witness watches. */
export type Surface = 'plain' | 'trpc' | 'shared' | 'pages' | 'client';

/** One message as it was received. */
export interface Frame {
  readonly id: string;
  /** `{type, data, timestamp, metadata?}`, an event or a reset. */
  readonly message: JsonValue;
}

export type SittingEnd =
  /** The witness went away. */
  | { readonly kind: 'left' }
  /** The connection broke, or the server said that one should come back. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** The server said that nothing will follow. */
  | { readonly kind: 'finished' }
  /** The server said something that a client takes as final, though the workflow is there. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What one witness saw between asking for what comes after a cursor and the end of that. */
export interface Sitting {
  /** `null` asks for everything. */
  readonly after: string | null;
  /** Whether it asked for the past as one `workflow:state`. */
  readonly wantsState?: boolean;
  readonly server: string;
  readonly frames: readonly Frame[];
  readonly end: SittingEnd;
}

/** All that one witness saw of one workflow. */
export interface Testimony {
  readonly witness: string;
  readonly surface: Surface;
  readonly workflowId: string;
  /** False for one that stopped reading for good. */
  readonly staysToTheEnd: boolean;
  readonly sittings: readonly Sitting[];
}

/** One workflow's log as it was in the end. */
export interface FinalLog {
  readonly workflowId: string;
  readonly entries: readonly Entry[];
}

/** What became of one wish to start a workflow: every answer that came, to whichever request of it. */
export interface Start {
  readonly key: string;
  /** When it was first asked for, in ms since 1970. */
  readonly askedAt: number;
  readonly workflowIds: readonly string[];
}

/** Something that was done to the programs. Times in ms since 1970. */
export interface Injury {
  readonly kind: string;
  readonly target: string;
  readonly from: number;
  /** When it was over: the process ran again, the connection passed. */
  readonly to: number;
  /** How far the times that the target told meanwhile were ahead, in ms. */
  readonly aheadMs?: number;
}

/** All that is known after a run. */
export interface Records {
  readonly starts: readonly Start[];
  readonly testimonies: readonly Testimony[];
  readonly logs: readonly FinalLog[];
  readonly injuries: readonly Injury[];
}
