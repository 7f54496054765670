import { canonicalJson, type JsonValue } from '@runtape/event-log';
import type { Records } from '../records.ts';
import { fieldOf } from './stretch-of.ts';
import type { Violation } from './violation.ts';

/** Their ids are cursors. */
const SNAPSHOTS: ReadonlySet<JsonValue> = new Set([
  'reset',
  'workflow:state',
  'agent:state',
  'log:state',
]);

/** An id names one event for ever: whoever was told of it, whenever, and whatever the store has lost since. */
export function checkNames({ testimonies }: Records): readonly Violation[] {
  const named = new Map<string, JsonValue>();
  const found: Violation[] = [];
  for (const { workflowId, witness, sittings } of testimonies) {
    for (const { id, message } of sittings.flatMap(({ frames }) => frames)) {
      if (SNAPSHOTS.has(fieldOf(message, 'type'))) continue;
      const key = `${workflowId} ${id}`;
      const other = named.get(key);
      named.set(key, message);
      if (other === undefined || isSame(other, message)) continue;
      const detail = `${id} was ${canonicalJson(other).slice(0, 200)} for another witness`;
      found.push({ kind: 'two_events', workflowId, where: witness, events: 1, detail });
    }
  }
  return found;
}

/** Of tokens that were merged, each witness may have had more or fewer before the last. */
function isSame(left: JsonValue, right: JsonValue): boolean {
  if (fieldOf(left, 'type') !== 'token') return canonicalJson(left) === canonicalJson(right);
  const [one, other] = [contentOf(left), contentOf(right)];
  const isSuffix = one.endsWith(other) || other.endsWith(one);
  return isSuffix && fieldOf(left, 'timestamp') === fieldOf(right, 'timestamp');
}

function contentOf(message: JsonValue): string {
  const content = fieldOf(fieldOf(message, 'data'), 'content');
  return typeof content === 'string' ? content : '';
}
