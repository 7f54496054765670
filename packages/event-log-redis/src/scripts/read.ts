import { recordFields } from '../record.ts';
import { script } from './script.ts';

/** How many entries are looked at in one go where their bytes count: none of them is large, or one ends the page. */
const CHUNK = 16;

/** Defines `record`. */
const RECORD = `
local record = redis.call('HMGET', KEYS[1], ${recordFields.map((field) => `'${field}'`).join(', ')})
if not record[1] then return {'unknown_workflow'} end
`;

/** Which of them a field is, as Lua counts. */
const at = (field: string): number => recordFields.indexOf(field) + 1;

/** The record and a page of history, of one moment. KEYS: metadata, history. ARGV: after, limit, bytes that end the page or ''. */
export const READ = script(`${RECORD}
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
 * The record and the segments after a cursor, of one moment. KEYS: metadata, history, segments. ARGV: after, the last seq or '', bytes that end
 * the page. A segment of another incarnation, or of entries that the log does not have, is none.
 * @returns the record, the segments as first, last and text each, and, when there are none, up to which seq entries have to be read from the history, or ''.
 */
export const READ_SEGMENTS = script(`${RECORD}
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
