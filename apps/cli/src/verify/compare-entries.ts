import { isDeepStrictEqual } from 'node:util';
import { parseEventId, type StreamEntry, type StreamMessage } from '@runtape/events';
import { advice } from './advice.ts';
import { CheckFailure } from './check.ts';
import { shorten } from './read-response.ts';

/**
 * Checks that an API has sent the events of the log, each once and in order. Neighbouring tokens
 * may be merged.
 * @throws CheckFailure with the first event that differs.
 */
export function compareEntries(
  log: readonly StreamEntry[],
  received: readonly StreamEntry[],
): void {
  let position = 0;
  for (const entry of received) {
    const seq = parseEventId(entry.id)?.seq ?? 0;
    const segment = log.slice(position, seq);
    const last = segment.at(-1);
    if (last?.id !== entry.id) {
      const expected = log[position]?.id ?? 'nothing more';
      throw failure(`event ${expected}`, `${entry.message.type} ${entry.id}`);
    }
    const actual = toPlain(entry.message);
    const expected = toPlain(merge(segment, last));
    if (!isDeepStrictEqual(actual, expected)) {
      throw failure(`${entry.id}: ${JSON.stringify(expected)}`, JSON.stringify(actual));
    }
    position = seq;
  }
  const missing = log[position];
  if (missing !== undefined) {
    throw failure(`${log.length} events`, `an end before ${missing.message.type} ${missing.id}`);
  }
}

/** Merges entries into one message; `null` if they are not tokens of one part. */
function merge(segment: readonly StreamEntry[], last: StreamEntry): StreamMessage | null {
  const { message } = last;
  if (segment.length === 1 || message.type !== 'token')
    return segment.length === 1 ? message : null;
  let content = '';
  let metadata: typeof message.data.metadata;
  for (const { message: each } of segment) {
    if (each.type !== 'token' || each.data.part !== message.data.part) return null;
    content += each.data.content;
    metadata = each.data.metadata === undefined ? metadata : { ...metadata, ...each.data.metadata };
  }
  const data = { ...message.data, content, ...(metadata !== undefined && { metadata }) };
  return { ...message, data };
}

function toPlain(message: StreamMessage | null): unknown {
  if (message === null) return 'events that cannot be merged';
  const value: unknown = JSON.parse(JSON.stringify(message));
  return value;
}

function failure(expected: string, actual: string): CheckFailure {
  return new CheckFailure({
    expected: shorten(expected),
    actual: shorten(actual),
    advice: advice.events,
  });
}
