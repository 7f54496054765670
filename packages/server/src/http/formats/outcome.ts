import type { JsonValue } from '@runtape/event-log';
import type { Failure, Usage, WorkflowEvent, WorkflowSnapshot } from '@runtape/events';

/** How a workflow ended, for formats that only know success and failure; a cancel is a failure. */
export type Outcome =
  | {
      readonly ok: true;
      readonly result: JsonValue;
      readonly usage: Usage | null;
      readonly cost: number | null;
    }
  | { readonly ok: false; readonly error: Failure };

/** @returns `null` if the event does not end the workflow */
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

/** @returns `null` if the workflow has not ended */
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

/** Returns the text of a result. */
export type ReadText = (result: JsonValue) => string;

/**
 * Makes a function that returns the text of a result: a text itself, or one of these fields, the
 * first that is there; otherwise its JSON.
 */
export function textReader(fields: readonly string[]): ReadText {
  return (result) => {
    if (result === null) return '';
    if (typeof result === 'string') return result;
    if (typeof result === 'object' && !Array.isArray(result)) {
      for (const field of fields) {
        const text = Object.hasOwn(result, field) ? result[field] : undefined;
        if (typeof text === 'string') return text;
      }
    }
    return JSON.stringify(result);
  };
}

const UNEXPLAINED: Failure = { code: 'internal_error', message: 'The workflow failed.' };

function cancelled(reason: string | undefined): Failure {
  const message =
    reason === undefined ? 'The workflow was cancelled.' : `The workflow was cancelled: ${reason}`;
  return { code: 'cancelled', message };
}
