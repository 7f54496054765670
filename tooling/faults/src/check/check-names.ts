import { canonicalJson, type JsonValue } from '@runtape/event-log';
import type { Records } from '../records.ts';
import { contentOf, fieldOf } from './match-merged.ts';
import type { Violation } from './violation.ts';

/** Their ids are cursors. */
const SNAPSHOTS: ReadonlySet<JsonValue> = new Set([
  'reset',
  'workflow:state',
  'agent:state',
  'log:state',
]);

/**
 * An id names one event for ever: whoever was told of it, whenever, and whatever the store has lost
 * since.
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

/** Of tokens that were merged, each client may have had more or fewer before the last. */
function isSame(left: JsonValue, right: JsonValue): boolean {
  if (fieldOf(left, 'type') !== 'token') return canonicalJson(left) === canonicalJson(right);
  const [one, other] = [contentOf(left), contentOf(right)];
  const isSuffix = one.endsWith(other) || other.endsWith(one);
  return isSuffix && fieldOf(left, 'timestamp') === fieldOf(right, 'timestamp');
}
