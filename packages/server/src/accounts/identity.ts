import type { WorkflowId } from '@runtape/events';

/** The user of a request, and what the user may see. */
export interface Identity {
  /** `null` if the server has no accounts or the client is not signed in. */
  readonly userId: string | null;
  /** The name to show. */
  readonly name: string | null;
  /** Whether the user may see and change the workflows of all users. */
  readonly seesAll: boolean;
  /** Workflows shared with the client, read-only, each with its expiry in ms since 1970. */
  readonly shared: ReadonlyMap<WorkflowId, number>;
  /** When the session ends, in ms since 1970; streams end then. `null`: never. */
  readonly expiresAt: number | null;
}

/** The identity of every client on a server without accounts: it may do everything. */
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
  /** The user who started it; `null` if there were no accounts at that time. */
  readonly owner: string | null;
}

/** @param now in ms since 1970, because share links expire. */
export function mayRead(identity: Identity, workflow: Owned, now: number): boolean {
  if (mayChange(identity, workflow)) return true;
  return (identity.shared.get(workflow.workflowId) ?? Number.NEGATIVE_INFINITY) > now;
}

export function mayChange(identity: Identity, { owner }: Pick<Owned, 'owner'>): boolean {
  return identity.seesAll || (identity.userId !== null && owner === identity.userId);
}

/**
 * When the share link expires that a client needs to read a workflow, in ms since 1970; `null` if
 * it needs none.
 */
export function linkExpiryOf(identity: Identity, workflow: Owned): number | null {
  if (mayChange(identity, workflow)) return null;
  return identity.shared.get(workflow.workflowId) ?? null;
}
