import { script } from './script.ts';

/**
 * The newest that are in all of some sets, by looking at a stretch of the smallest of them. No record is read.
 * KEYS: the sets, each by creation; then others, of which a workflow has to be in one, if there are any.
 * ARGV: how many sets are by creation, the time from which to go back, or '', how many older entries to look at and to find at most.
 * @returns the entries found, in any order and perhaps twice, as id, time, id, time …; and the last that was looked at, as id and time, or nothing at the end.
 */
export const NEWEST_IN_ALL = script(`
local sets, time = tonumber(ARGV[1]), ARGV[2]
local smallest, size = 1, nil
for n = 1, sets do
  local count = redis.call('ZCARD', KEYS[n])
  if not size or count < size then smallest, size = n, count end
end
local function isInSets(member)
  for n = 1, sets do
    if not redis.call('ZSCORE', KEYS[n], member) then return false end
  end
  return true
end
local function isInAll(member)
  if not isInSets(member) then return false end
  if #KEYS == sets then return true end
  for n = sets + 1, #KEYS do
    if redis.call('ZSCORE', KEYS[n], member) then return true end
  end
  return false
end
local found, last = {}, {}
local others = 0
for n = sets + 1, #KEYS do others = others + redis.call('ZCARD', KEYS[n]) end
if #KEYS > sets and others <= math.min(size, tonumber(ARGV[3])) then
  -- They are not by creation, but few: all of them.
  for n = sets + 1, #KEYS do
    for _, member in ipairs(redis.call('ZRANGE', KEYS[n], 0, -1)) do
      if isInSets(member) then
        table.insert(found, member)
        table.insert(found, redis.call('ZSCORE', KEYS[smallest], member))
      end
    end
  end
  return {found, last}
end
local function look(entries, most)
  for n = 1, #entries, 2 do
    if #found >= most then return false end
    if isInAll(entries[n]) then
      table.insert(found, entries[n])
      table.insert(found, entries[n + 1])
    end
    last = {entries[n], entries[n + 1]}
  end
  return true
end
local base, from = KEYS[smallest], '+inf'
if time ~= '' then
  -- Of one millisecond by id downwards. Whoever asks drops what is not after the position: Lua compares texts by locale.
  look(redis.call('ZREVRANGEBYSCORE', base, time, time, 'WITHSCORES'), math.huge)
  from = '(' .. time
end
local most = 2 * tonumber(ARGV[4]) + #found
local older = redis.call('ZREVRANGEBYSCORE', base, from, '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local isThrough = look(older, most)
if isThrough and #older < 2 * tonumber(ARGV[3]) then last = {} end
return {found, last}
`);
