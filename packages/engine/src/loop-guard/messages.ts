import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';

export const guardDataSchema = z.object({
  /** A module that exports `openLog`, as a URL. */
  openLog: z.url(),
  /** Passed to `openLog`. */
  data: z.unknown(),
  leaseMs: z.number(),
  /** The main thread writes the number of the last ping it answered here. */
  answered: z.instanceof(Int32Array<ArrayBufferLike>),
});

/** Start-up data of the thread. */
export type GuardData = z.infer<typeof guardDataSchema>;

/** An attempt of this process. */
export interface GuardedAttempt {
  readonly workflowId: WorkflowId;
  readonly attempt: number;
}

/** Messages of the main thread. */
export type ToGuard =
  | { readonly type: 'begun'; readonly key: string; readonly attempt: GuardedAttempt }
  | { readonly type: 'ended'; readonly key: string }
  | { readonly type: 'stop' };

/** Messages of the thread: a ping, or an error. */
export type FromGuard =
  | { readonly type: 'ready' }
  | { readonly type: 'question'; readonly number: number }
  | { readonly type: 'error'; readonly error: unknown };
