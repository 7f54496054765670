import { EPOCH, NOW, script } from './script.ts';

/** How many of ARGV come before the events … */
const FIXED = 5;
/** … and how many before the summary, where there is more than events. */
const MORE = 5;

/**
 * Checks, stores, updates and announces in one step; law 1: nobody hears of an event that history lacks.
 * KEYS: metadata, history; and when there is more than events: steps, commands, segments.
 * ARGV: channel, attempt, after, the incarnation or '', the number of events; then the events; then, when there is more: new status or '',
 * '1' when it closes the log, ms to keep it then or '', step or '', its result; then field, value … of the summary.
 * The first write is an XADD, which Redis refuses when it is out of memory: then nothing is half-written.
 * A log that is closed has no lease, so all is well while one runs, and that is asked first.
 * @returns the new tail and the incarnation; when it closed the log also the end and the idempotency key.
 */
export const APPEND = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'tail', 'leaseUntil', 'attempt', 'incarnation')
if not found[1] then return {'unknown_workflow'} end
local isInDoubt = false
if not found[2] or tonumber(found[2]) <= now then
  local rest = redis.call('HMGET', KEYS[1], 'endedAt', 'life')
  if rest[1] then return {'workflow_closed'} end ${EPOCH}
  isInDoubt = not epoch or epoch ~= rest[2]
end
if ARGV[2] == '0' or found[3] ~= ARGV[2] then return {'attempt_overtaken'} end
if ARGV[4] ~= '' and found[4] ~= ARGV[4] then return {'attempt_overtaken'} end
if isInDoubt then return {'attempt_in_doubt'} end
if found[1] ~= ARGV[3] then return {'seq_conflict', tonumber(found[1])} end

local after, count = tonumber(ARGV[3]), tonumber(ARGV[5])
local tail = after + count
for n = 1, count do
  redis.call('XADD', KEYS[2], (after + n) .. '-0', 'event', ARGV[${FIXED} + n])
end

local answer, more = {'ok', tail, found[4]}, ${FIXED} + count
if #ARGV == more then
  redis.call('HSET', KEYS[1], 'tail', tail)
else
  local changes = {'tail', tail}
  if ARGV[more + 1] ~= '' then
    table.insert(changes, 'status')
    table.insert(changes, ARGV[more + 1])
  end
  for n = more + ${MORE} + 1, #ARGV do table.insert(changes, ARGV[n]) end
  if ARGV[more + 2] == '1' then
    local keepMs = ARGV[more + 3]
    -- When Redis removes it, for what is kept of it later.
    local expiresAt = keepMs == '' and '' or now + keepMs
    for _, value in ipairs({'endedAt', now, 'expiresAt', expiresAt}) do table.insert(changes, value) end
    redis.call('HDEL', KEYS[1], 'leaseUntil')
    answer = {'ok', tail, found[4], now, redis.call('HGET', KEYS[1], 'key')}
  end
  redis.call('HSET', KEYS[1], unpack(changes))
  if ARGV[more + 4] ~= '' then redis.call('HSET', KEYS[3], ARGV[more + 4], ARGV[more + 5]) end
  if ARGV[more + 2] == '1' and ARGV[more + 3] ~= '' then
    for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[more + 3]) end
  end
end

-- One concatenation in C, so that the events need not travel twice: once to be stored and once to be announced.
local events = table.concat(ARGV, ',', ${FIXED} + 1, more)
redis.call('SPUBLISH', ARGV[1], found[4] .. ' ' .. ARGV[3] .. ' [' .. events .. ']')
return answer
`);
