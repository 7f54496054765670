import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';

export const guardDataSchema = z.object({
  /** A module that exports `openLog`, as a URL. */
  openLog: z.url(),
  /** Given to `openLog`. */
  data: z.unknown(),
  leaseMs: z.number(),
  /** Where the main thread writes the number of the last question that it answered. */
  answered: z.instanceof(Int32Array<ArrayBufferLike>),
});

/** What the thread begins with. */
export type GuardData = z.infer<typeof guardDataSchema>;

/** An attempt of this process. */
export interface GuardedAttempt {
  readonly workflowId: WorkflowId;
  readonly attempt: number;
}

/** What the main thread says. */
export type ToGuard =
  | { readonly type: 'begun'; readonly key: string; readonly attempt: GuardedAttempt }
  | { readonly type: 'ended'; readonly key: string }
  | { readonly type: 'stop' };

/** What the thread says: a question, to see whether the loop goes on, or what went wrong. */
export type FromGuard =
  | { readonly type: 'ready' }
  | { readonly type: 'question'; readonly number: number }
  | { readonly type: 'error'; readonly error: unknown };
