import type { Entry } from '@runtape/event-log';

/** What an entry weighs beside its text: its object, id, time and metadata. */
const ENVELOPE_BYTES = 250;

/** About what an entry takes, in bytes. Near enough for a bound; tokens, by far the most frequent, cost nothing to estimate. */
export function estimateBytes({ event }: Entry): number {
  const text = event.type === 'token' ? event.data.content : JSON.stringify(event.data);
  return ENVELOPE_BYTES + text.length;
}
