import type { IssuedToken } from '@runtape/contract';
import type { WorkflowId } from '@runtape/events';
import { EVERYBODY, type Identity } from './identity.ts';

/** A share link that a browser has opened. */
export interface TakenLink {
  readonly workflowId: WorkflowId;
  /** In ms since 1970. */
  readonly expiresAt: number;
  /** A shorter form of the token, for a cookie. */
  readonly kept: string;
}

/** Authenticates requests. */
export interface Accounts {
  /** Whether users sign in. */
  readonly isOn: boolean;
  /** The path of the cookies, such as `/runtape`; empty for the whole host. */
  readonly basePath: string;
  /**
   * Returns the user of a request, from `Authorization: Bearer …` or, on the site's own pages, from
   * the session cookie. Without either it is the anonymous user, who may see shared workflows.
   * @throws ApiError `unauthorized` when there is an invalid token; `identity_provider_unavailable`
   *   when the token cannot be checked now.
   */
  identify(request: Request): Promise<Identity>;
  /**
   * Checks the token of a user who signs in.
   * @throws ApiError as `identify`; `invalid_input` when it does not have the form of a token.
   */
  signIn(token: string): Promise<Identity>;
  /** Whether workflows can be shared by link, which needs a secret for signing links. */
  readonly canShare: boolean;
  /**
   * Makes a token with which anyone may watch a workflow.
   * @throws ApiError `sharing_unavailable` when sharing is not possible.
   */
  share(workflowId: WorkflowId, options: { readonly forMs: number }): Promise<IssuedToken>;
  /** Checks a token of `share`. @throws ApiError `unauthorized`; `sharing_unavailable`. */
  takeShare(token: string): Promise<TakenLink>;
}

/**
 * Every client may do everything: for a server on loopback, or behind a proxy that authenticates.
 */
export const noAccounts: Pick<Accounts, 'isOn' | 'identify'> = {
  isOn: false,
  identify: async () => EVERYBODY,
};
