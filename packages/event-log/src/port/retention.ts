import type { WorkflowId } from '@runtape/events';

/** Which workflows to remove. */
export interface Expiry {
  /** Only those that ended before this time, in ms since 1970. */
  readonly endedBefore: number;
  /** At most this many, from 1. */
  readonly limit: number;
  /** Only these, e.g. because they were archived. Default: any. */
  readonly only?: readonly WorkflowId[] | undefined;
}

export interface RetentionOperations {
  /**
   * Removes workflows that ended before a time, with all their data.
   * @returns the ids of the removed workflows; at most `limit`.
   */
  expire(expiry: Expiry): Promise<readonly WorkflowId[]>;
}
