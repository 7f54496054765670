import { LIFE, NOW, script } from './script.ts';

/** How many of ARGV come before the events. */
const FIXED = 10;

/**
 * Checks, stores, updates and announces in one step; law 1: nobody hears of an event that history lacks.
 * KEYS: metadata, history, steps, commands, segments.
 * ARGV: channel, attempt, after, new status or '', '1' when it closes the log, ms to keep it then or '', step or '', its
 * result, the number of events, the incarnation or ''; then the events; then field, value … of the summary.
 * The first write is an XADD, which Redis refuses when it is out of memory: then nothing is half-written.
 */
export const APPEND = script(`${NOW}
local found = redis.call('HMGET', KEYS[1], 'tail', 'endedAt', 'attempt', 'incarnation', 'key', 'leaseUntil', 'life')
if not found[1] then return {'unknown_workflow'} end
if found[2] then return {'workflow_closed'} end
if ARGV[2] == '0' or found[3] ~= ARGV[2] then return {'attempt_overtaken'} end
if ARGV[10] ~= '' and found[4] ~= ARGV[10] then return {'attempt_overtaken'} end
if not found[6] or tonumber(found[6]) <= now then ${LIFE}
  if not life or life ~= found[7] then return {'attempt_in_doubt'} end
end
if found[1] ~= ARGV[3] then return {'seq_conflict', tonumber(found[1])} end

local after, count = tonumber(ARGV[3]), tonumber(ARGV[9])
for n = 1, count do
  redis.call('XADD', KEYS[2], (after + n) .. '-0', 'event', ARGV[${FIXED} + n])
end
redis.call('HSET', KEYS[1], 'tail', after + count)
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'status', ARGV[4]) end
for n = ${FIXED} + count + 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[n], ARGV[n + 1]) end
if ARGV[7] ~= '' then redis.call('HSET', KEYS[3], ARGV[7], ARGV[8]) end

local answer = {'ok', after + count}
if ARGV[5] == '1' then
  -- When Redis removes it, for what is kept of it later.
  local expiresAt = ARGV[6] == '' and '' or now + ARGV[6]
  redis.call('HSET', KEYS[1], 'endedAt', now, 'expiresAt', expiresAt)
  redis.call('HDEL', KEYS[1], 'leaseUntil')
  if ARGV[6] ~= '' then
    for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[6]) end
  end
  answer = {'ok', after + count, now, found[5]}
end

-- One concatenation in C, so that the events need not travel twice: once to be stored and once to be announced.
local events = table.concat(ARGV, ',', ${FIXED} + 1, ${FIXED} + count)
redis.call('SPUBLISH', ARGV[1], found[4] .. ' ' .. ARGV[3] .. ' [' .. events .. ']')
return answer
`);
