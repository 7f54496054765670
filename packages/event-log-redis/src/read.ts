import {
  checkMergedRange,
  checkRange,
  cursorMismatch,
  decodeSegments,
  type Entry,
  EventLogError,
  type MergedRange,
  type Page,
  type ReadRange,
} from '@runtape/event-log';
import { decodeStoredEvent, formatEventId, type WorkflowId, mergeTokens } from '@runtape/events';
import { z } from 'zod';
import type { Dependencies } from './redis-event-log.ts';
import { recordFields, recordValuesSchema, toRecord, type Store } from './store/record.ts';
import { accepted, script } from './store/script.ts';

/**
 * The number of entries read at a time when a page is limited in bytes, so that little is read past
 * the end of the page.
 */
const CHUNK = 16;

/** Lua that defines `record`. */
const RECORD = `
local record = redis.call('HMGET', KEYS[1], ${recordFields.map((field) => `'${field}'`).join(', ')})
if not record[1] then return {'unknown_workflow'} end
`;

/** The index of a record field in Lua, which counts from 1. */
const at = (field: string): number => recordFields.indexOf(field) + 1;

/**
 * Reads the record and a page of history at one moment. KEYS: metadata, history. ARGV: after,
 * limit, the page size in bytes or ''.
 */
const READ = script(`${RECORD}
local start, left, most = '(' .. ARGV[1] .. '-0', tonumber(ARGV[2]), tonumber(ARGV[3])
if not most then return {'ok', record, redis.call('XRANGE', KEYS[2], start, '+', 'COUNT', ARGV[2])} end

local page, bytes = {}, 0
while left > 0 and bytes < most do
  local count = math.min(left, ${CHUNK})
  local entries = redis.call('XRANGE', KEYS[2], start, '+', 'COUNT', count)
  for _, entry in ipairs(entries) do
    if bytes >= most then break end
    table.insert(page, entry)
    bytes = bytes + #entry[2][2]
  end
  if #entries < count then break end
  start, left = '(' .. entries[count][1], left - count
end
return {'ok', record, page}
`);

/**
 * Reads the record and the segments after a cursor at one moment. KEYS: metadata, history,
 * segments. ARGV: after, the last seq or '', the page size in bytes. Segments of another
 * incarnation, or of entries that the log does not have, are ignored.
 * @returns the record, the segments as first, last and text each, and, when there are none, the seq
 *   up to which entries have to be read from the history, or ''.
 */
const READ_SEGMENTS = script(`${RECORD}
local incarnation, tail = record[${at('incarnation')}], tonumber(record[${at('tail')}])
local reached, upTo, most = tonumber(ARGV[1]), tonumber(ARGV[2]) or tail, tonumber(ARGV[3])
local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
if not oldest or tonumber(string.match(oldest[1], '^%d+')) > reached + 1 then return {'ok', record, {}, ARGV[2]} end
local found, bytes = {}, 0
while bytes < most do
  local segment = redis.call('XRANGE', KEYS[3], (reached + 1) .. '-0', '+', 'COUNT', 1)[1]
  if not segment then break end
  local last, first = string.match(segment[1], '^(%d+)-(%d+)$')
  local of, text = segment[2][2], segment[2][4]
  if of ~= incarnation or tonumber(last) > math.min(tail, upTo) then break end
  if tonumber(first) ~= reached + 1 or text == '' then
    if #found == 0 then return {'ok', record, {}, last} end
    break
  end
  table.insert(found, {first, last, text})
  reached, bytes = tonumber(last), bytes + #text
end
return {'ok', record, found, ARGV[2]}
`);

/** The maximum bytes of one read from Redis, whatever the caller requests. */
const MAX_BYTES = 1024 * 1024;

const seqSchema = z.coerce.number().int().nonnegative();
const segmentSchema = z
  .tuple([seqSchema, seqSchema, z.string()])
  .transform(([first, last, text]) => ({ first, last, text }));
const mergedSchema = z.tuple([recordValuesSchema, z.array(segmentSchema), z.string()]);
const historySchema = z.array(z.tuple([z.string(), z.tuple([z.literal('event'), z.string()])]));
const pageSchema = z.tuple([recordValuesSchema, z.unknown()]);

export async function read(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  range: ReadRange,
): Promise<Page> {
  checkRange(range);
  const { metadata, history } = keys.of(workflowId);
  const { after, limit, maxBytes = '' } = range;
  const reply = await connection.script(READ, [metadata, history], [after, limit, maxBytes]);
  const [fields, stored] = pageSchema.parse(accepted(reply, { workflowId }));
  const record = toRecord(workflowId, fields ?? {});
  const entries = readHistory(stored, record);
  const start = entries[0]?.seq ?? record.tail + 1;
  // Also detects a stream that another program trimmed, which the record does not show.
  const { incarnation, tail } = record;
  const mismatch = cursorMismatch({ first: start, incarnation, tail }, { incarnation, seq: after });
  if (mismatch === 'trimmed') throw trimmed(workflowId, start);
  if (entries.some(({ seq }, index) => seq !== start + index)) {
    throw new EventLogError('corrupt', `The history of ${workflowId} in Redis has a gap.`, {
      workflowId,
    });
  }
  return { entries, record };
}

/** Reads a page of history from its segments, or from its events where there are none. */
export async function readMerged(
  dependencies: Dependencies,
  workflowId: WorkflowId,
  range: MergedRange,
): Promise<Page> {
  checkMergedRange(range);
  const { connection, keys } = dependencies;
  const { metadata, history, segments } = keys.of(workflowId);
  const { after, limit, upTo = '', maxBytes = MAX_BYTES } = range;
  const args = [after, upTo, Math.min(maxBytes, MAX_BYTES)];
  const reply = await connection.script(READ_SEGMENTS, [metadata, history, segments], args);
  const [fields, found, rawUpTo] = mergedSchema.parse(accepted(reply, { workflowId }));
  const record = toRecord(workflowId, fields ?? {});
  const { incarnation } = record;
  const merged = decodeSegments(
    found.map(({ first, last, text }) => ({ incarnation, first, last, text })),
  );
  if (merged.length > 0) return { entries: merged, record };
  dependencies.segments.notice(record);
  const most = rawUpTo === '' ? limit : Math.min(limit, Math.max(1, Number(rawUpTo) - after));
  const page = await read(dependencies, workflowId, { after, limit: most, maxBytes });
  return { record: page.record, entries: mergeTokens(page.entries) };
}

/**
 * Parses entries as returned by XRANGE.
 * @throws EventLogError `corrupt` when one is not an event.
 */
function readHistory(
  history: unknown,
  { workflowId, incarnation }: { workflowId: WorkflowId; incarnation: string },
): readonly Entry[] {
  try {
    return historySchema.parse(history).map(([id, [, event]]) => {
      const seq = Number.parseInt(id, 10);
      return { id: formatEventId({ incarnation, seq }), seq, event: decodeStoredEvent(event) };
    });
  } catch (cause) {
    throw new EventLogError(
      'corrupt',
      `The history of ${workflowId} in Redis holds something that is no event. Another program may write to the same keys; give each its own key prefix.`,
      { workflowId, cause },
    );
  }
}

function trimmed(workflowId: WorkflowId, first: number): EventLogError {
  return new EventLogError(
    'trimmed',
    `The history of ${workflowId} begins at ${first}. Begin again from a snapshot.`,
    { workflowId, first },
  );
}
