import type { WorkflowId } from '@runtape/events';

/** The user of a request, and what the user may see. */
export interface Identity {
  /**
   * `null`: nobody in particular, because the server has no accounts or because nobody signed in.
   */
  readonly userId: string | null;
  /** For a person. */
  readonly name: string | null;
  /** Whether the user may see and change the workflows of all users. */
  readonly seesAll: boolean;
  /**
   * Workflows that others have shared with whoever asks, to look at, not to change; each with when
   * that ends, in ms since 1970.
   */
  readonly shared: ReadonlyMap<WorkflowId, number>;
  /** When the session ends, in ms since 1970; streams end then. `null`: never. */
  readonly expiresAt: number | null;
}

/** Everybody, on a server without accounts: whoever reaches it may do everything. */
export const EVERYBODY: Identity = {
  userId: null,
  name: null,
  seesAll: true,
  shared: new Map(),
  expiresAt: null,
};

/** Returns whether the user is signed in or does not need to be. */
export function isKnown({ userId, seesAll }: Identity): boolean {
  return userId !== null || seesAll;
}
/** A workflow and its owner. */
export interface Owned {
  readonly workflowId: WorkflowId;
  /** Who started it; `null` when there were no accounts then. */
  readonly owner: string | null;
}

/** @param now in ms since 1970: a link shows nothing after its end. */
export function mayRead(identity: Identity, workflow: Owned, now: number): boolean {
  if (mayChange(identity, workflow)) return true;
  return (identity.shared.get(workflow.workflowId) ?? Number.NEGATIVE_INFINITY) > now;
}

export function mayChange(identity: Identity, { owner }: Pick<Owned, 'owner'>): boolean {
  return identity.seesAll || (identity.userId !== null && owner === identity.userId);
}

/**
 * When a link ends by which alone a workflow can be read, in ms since 1970; `null` when it can be
 * read without.
 */
export function linkExpiryOf(identity: Identity, workflow: Owned): number | null {
  if (mayChange(identity, workflow)) return null;
  return identity.shared.get(workflow.workflowId) ?? null;
}
