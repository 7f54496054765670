import type { WorkflowId } from '@runtape/events';
import { EVERYBODY, type Identity } from './identity.ts';

/** A token that whoever has it may use. */
export interface IssuedToken {
  readonly token: string;
  /** In ms since 1970. */
  readonly until: number;
}

/** Tells who sends a request. */
export interface Accounts {
  /** Whether people sign in at all. */
  readonly isOn: boolean;
  /**
   * Who sends the request, by its `Authorization: Bearer …` or its session cookie. Without either it is nobody, who may see
   * what was shared with them.
   * @throws ApiError `unauthorized` when there is a token, and it is no good.
   */
  identify(request: Request): Promise<Identity>;
  /**
   * Checks the token of somebody who signs in. @throws ApiError `unauthorized`.
   */
  signIn(token: string): Promise<Identity>;
  /** Makes a token with which anybody may look at a workflow. */
  share(workflowId: WorkflowId, options: { readonly forMs: number }): Promise<IssuedToken>;
  /** What a token of `share` is for. @throws ApiError `unauthorized`. */
  readShare(token: string): Promise<{ readonly workflowId: WorkflowId; readonly until: number }>;
}

/** A server that whoever reaches it may use: one on loopback, or behind something that lets only some people through. */
export const noAccounts: Pick<Accounts, 'isOn' | 'identify'> = {
  isOn: false,
  identify: async () => EVERYBODY,
};
