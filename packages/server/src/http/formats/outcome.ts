import type { JsonValue } from '@runtape/event-log';
import type { Failure, Usage, WorkflowEvent, WorkflowSnapshot } from '@runtape/events';
import { z } from 'zod';

/**
 * How a workflow ended, for vocabularies that know two ends: what is cancelled did not come to its
 * result.
 */
export type Outcome =
  | {
      readonly ok: true;
      readonly result: JsonValue;
      readonly usage: Usage | null;
      readonly cost: number | null;
    }
  | { readonly ok: false; readonly error: Failure };

/** @returns `null` for an event that ends nothing. */
export function outcomeOfEvent({ type, data }: WorkflowEvent): Outcome | null {
  switch (type) {
    case 'workflow:completed':
      return { ok: true, result: data.result, usage: data.usage, cost: data.cost };
    case 'workflow:failed':
      return { ok: false, error: data.error };
    case 'workflow:cancelled':
      return { ok: false, error: cancelled(data.reason) };
    default:
      return null;
  }
}

/** @returns `null` while the workflow has not ended. */
export function outcomeOfSnapshot(snapshot: WorkflowSnapshot): Outcome | null {
  const { result, usage, cost, error } = snapshot;
  switch (snapshot.status) {
    case 'completed':
      return { ok: true, result, usage, cost };
    case 'failed':
      return { ok: false, error: error ?? UNEXPLAINED };
    case 'cancelled':
      return { ok: false, error: cancelled(snapshot.cancelled?.reason) };
    default:
      return null;
  }
}

const textSchema = z.union([
  z.string(),
  z.object({ comment: z.string() }).transform(({ comment }) => comment),
  z.object({ answer: z.string() }).transform(({ answer }) => answer),
  z.null().transform(() => ''),
]);

/** The text that a workflow was run for; of a result that has none we know of, its JSON. */
export function textOf(result: JsonValue): string {
  const text = textSchema.safeParse(result);
  return text.success ? text.data : JSON.stringify(result);
}

const UNEXPLAINED: Failure = { code: 'internal_error', message: 'The workflow failed.' };

function cancelled(reason: string | undefined): Failure {
  const message =
    reason === undefined ? 'The workflow was cancelled.' : `The workflow was cancelled: ${reason}`;
  return { code: 'cancelled', message };
}
