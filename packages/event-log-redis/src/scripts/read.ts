import { recordFields } from '../record.ts';
import { script } from './script.ts';

/** How many entries are looked at in one go where their bytes count: none of them is large, or one ends the page. */
const CHUNK = 16;

/** The record and a page of history, of one moment. KEYS: metadata, history. ARGV: after, limit, bytes that end the page or ''. */
export const READ = script(`
local record = redis.call('HMGET', KEYS[1], ${recordFields.map((field) => `'${field}'`).join(', ')})
if not record[1] then return {'unknown_workflow'} end
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
