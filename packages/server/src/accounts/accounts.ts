import type { IssuedToken } from '@runtape/contract';
import type { WorkflowId } from '@runtape/events';
import { EVERYBODY, type Identity } from './identity.ts';

/** A link that somebody took up. */
export interface TakenLink {
  readonly workflowId: WorkflowId;
  /** In ms since 1970. */
  readonly expiresAt: number;
  /** What a browser keeps of the token, in less space. */
  readonly kept: string;
}

/** Tells who sends a request. */
export interface Accounts {
  /** Whether people sign in at all. */
  readonly isOn: boolean;
  /** The path to which their cookies belong, such as `/runtape`; empty for the whole host. */
  readonly basePath: string;
  /**
   * Who sends the request, by its `Authorization: Bearer …` or, on the site's own pages, by its
   * session cookie. Without either it is nobody, who may see what was shared with them.
   * @throws ApiError `unauthorized` when there is a token, and it is no good;
   *   `identity_provider_unavailable` when nobody can tell now.
   */
  identify(request: Request): Promise<Identity>;
  /**
   * Checks the token of somebody who signs in. @throws ApiError as `identify`; `invalid_input` when
   * it is no token at all.
   */
  signIn(token: string): Promise<Identity>;
  /**
   * Whether workflows can be shared by link: a link is signed with a secret that only our servers
   * know.
   */
  readonly canShare: boolean;
  /**
   * Makes a token with which anybody may look at a workflow.
   * @throws ApiError `sharing_unavailable` where nothing can be shared.
   */
  share(workflowId: WorkflowId, options: { readonly forMs: number }): Promise<IssuedToken>;
  /** Reads a token of `share`. @throws ApiError `unauthorized`; `sharing_unavailable`. */
  takeShare(token: string): Promise<TakenLink>;
}

/**
 * A server that whoever reaches it may use: one on loopback, or behind something that lets only
 * some people through.
 */
export const noAccounts: Pick<Accounts, 'isOn' | 'identify'> = {
  isOn: false,
  identify: async () => EVERYBODY,
};
