import { canonicalJson, type JsonValue } from '@runtape/event-log';
import type { Records } from '../records.ts';
import { contentOf, fieldOf } from './match-merged.ts';
import type { Violation } from './violation.ts';

/** Messages whose ids are cursors. */
const SNAPSHOTS: ReadonlySet<JsonValue> = new Set([
  'reset',
  'workflow:state',
  'agent:state',
  'log:state',
]);

/**
 * An id names one event forever: for every client, at any time, even if the store lost it later.
 */
export function checkNames({ histories }: Records): readonly Violation[] {
  const named = new Map<string, JsonValue>();
  const found: Violation[] = [];
  for (const { workflowId, client, sessions } of histories) {
    for (const { id, message } of sessions.flatMap(({ frames }) => frames)) {
      if (SNAPSHOTS.has(fieldOf(message, 'type'))) continue;
      const key = `${workflowId} ${id}`;
      const other = named.get(key);
      named.set(key, message);
      if (other === undefined || isSame(other, message)) continue;
      const detail = `${id} was ${canonicalJson(other).slice(0, 200)} for another client`;
      found.push({ kind: 'two_events', workflowId, where: client, events: 1, detail });
    }
  }
  return found;
}

/** Merged tokens may differ in length between clients; only their end must match. */
function isSame(left: JsonValue, right: JsonValue): boolean {
  if (fieldOf(left, 'type') !== 'token') return canonicalJson(left) === canonicalJson(right);
  const [one, other] = [contentOf(left), contentOf(right)];
  const isSuffix = one.endsWith(other) || other.endsWith(one);
  return isSuffix && fieldOf(left, 'timestamp') === fieldOf(right, 'timestamp');
}
