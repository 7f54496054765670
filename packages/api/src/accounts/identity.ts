import type { WorkflowId } from '@runtape/events';

/** Who asks, and what they may see. */
export interface Identity {
  /** `null`: nobody in particular, because the server has no accounts or because nobody signed in. */
  readonly userId: string | null;
  /** For a person. */
  readonly name: string | null;
  /** Sees and changes the workflows of everybody. */
  readonly seesAll: boolean;
  /** Workflows that others have shared with whoever asks: to look at, not to change. */
  readonly shared: ReadonlySet<WorkflowId>;
  /** When they are no longer who they say, in ms since 1970; streams end then. `null`: never. */
  readonly until: number | null;
}

/** Everybody, on a server without accounts: whoever reaches it may do everything. */
export const EVERYBODY: Identity = {
  userId: null,
  name: null,
  seesAll: true,
  shared: new Set(),
  until: null,
};

/** Tells whether somebody signed in, or need not. */
export function isKnown({ userId, seesAll }: Identity): boolean {
  return userId !== null || seesAll;
}
