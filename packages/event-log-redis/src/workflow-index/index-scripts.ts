import { NOW, script } from '../store/script.ts';

/**
 * Puts a workflow into its lists, and notes their names, so that it can be removed from them later.
 * KEYS from `first` on: the notes, the last assigned position, the lists. ARGV from `firstName` on:
 * the names of the lists. Two starts with one idempotency key may name different lists: then it is
 * in all of them, and readers check the record. A list of members is sorted by position. A position
 * is assigned once and never changes, because readers may have passed it.
 */
const PUT_INTO_LISTS = (first: number, firstName: number) => `
local noted = redis.call('HGET', KEYS[${first}], id)
local names = noted and cjson.decode(noted) or {}
local known = {}
for _, name in ipairs(names) do known[name] = true end
for n = ${firstName}, #ARGV do
  local name, list = ARGV[n], KEYS[${first + 2} + n - ${firstName}]
  if not known[name] then table.insert(names, name) end
  if string.sub(name, 1, 8) ~= 'members:' then
    redis.call('ZADD', list, createdAt, id)
  elseif not redis.call('ZSCORE', list, id) then
    local position = math.max((redis.call('GET', KEYS[${first + 1}]) or 0) + 1, now)
    redis.call('SET', KEYS[${first + 1}], position)
    redis.call('ZADD', list, position, id)
  end
end
redis.call('HSET', KEYS[${first}], id, cjson.encode(names))
`;

/**
 * Enters a workflow that is about to be created. KEYS: created, open, due, owners of threads,
 * notes, last position, lists. ARGV: id, '1' to renew the time of an existing entry, thread or '',
 * owner, '1' to join only a thread of this owner, the owner of the thread's first workflow if that
 * had to be looked up, the names of the lists. A thread belongs to the owner of its first workflow.
 * A thread begun by an older Runtape, or lost by a node, has members but no owner here.
 * @returns `entered` and its time of creation; `taken`; `unknown` and the first workflow, whose
 *   owner has to be looked up.
 */
export const ENTER = script(`${NOW}
local id = ARGV[1]
local thread, owner, isOnlyOwn, knownOwner = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if thread ~= '' then
  local first = redis.call('ZRANGE', KEYS[#KEYS], 0, 0)[1]
  local has = redis.call('HGET', KEYS[4], thread)
  if not has and first and first ~= id then
    if knownOwner == '' then return {'unknown', first} end
    has = knownOwner
    redis.call('HSET', KEYS[4], thread, has)
  end
  if not has then redis.call('HSET', KEYS[4], thread, owner)
  elseif isOnlyOwn == '1' and has ~= owner then return {'taken'} end
end
local how = ARGV[2] == '1' and 'GT' or 'NX'
redis.call('ZADD', KEYS[1], how, now, id)
redis.call('ZADD', KEYS[2], how, now, id)
redis.call('ZADD', KEYS[3], 'NX', now, id)
local createdAt = redis.call('ZSCORE', KEYS[1], id)
${PUT_INTO_LISTS(5, 7)}
return {'entered', createdAt}
`);

/**
 * Puts an existing workflow into its lists. KEYS: created, notes, last position, lists. ARGV: id,
 * the names of the lists.
 */
export const ADD_TO_LISTS = script(`${NOW}
local id = ARGV[1]
local createdAt = redis.call('ZSCORE', KEYS[1], id)
if not createdAt then return 0 end
${PUT_INTO_LISTS(2, 2)}
return 1
`);

/**
 * Enters an existing workflow that the index may have lost. KEYS: created, open, due, ended, notes,
 * last position, lists. ARGV: id, createdAt, endedAt or '', the names of the lists.
 */
export const ENTER_AGAIN = script(`${NOW}
local id = ARGV[1]
redis.call('ZADD', KEYS[1], 'NX', ARGV[2], id)
if ARGV[3] == '' then
  -- Also when it counts as ended: its end may be among what its own node lost. Who looks at it there puts it right.
  redis.call('ZADD', KEYS[2], 'NX', ARGV[2], id)
  redis.call('ZADD', KEYS[3], ARGV[2], id)
else
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZREM', KEYS[3], id)
  redis.call('ZADD', KEYS[4], ARGV[3], id)
end
local createdAt = redis.call('ZSCORE', KEYS[1], id)
${PUT_INTO_LISTS(5, 4)}
return 1
`);

/** Moves a workflow from the open to the ended ones. KEYS: open, due, ended. ARGV: id, endedAt. */
export const MARK_ENDED = script(`
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
return 1
`);

/**
 * Removes a workflow that is gone from the index, and the owner of its thread if the thread is
 * empty. KEYS: created, notes, owners of threads, open, due, ended, the noted lists. ARGV: id,
 * createdAt or '', minimum age in ms, the note or ''. With a createdAt: unless the id was created
 * again since. Without: unless the entry is so young that its workflow may be about to be created.
 * @returns whether it was removed; -1 when the note has changed.
 */
export const FORGET = script(`${NOW}
local createdAt = redis.call('ZSCORE', KEYS[1], ARGV[1])
if createdAt and ARGV[2] ~= '' and createdAt ~= ARGV[2] then return 0 end
if createdAt and ARGV[2] == '' and now - createdAt < tonumber(ARGV[3]) then return 0 end
if (redis.call('HGET', KEYS[2], ARGV[1]) or '') ~= ARGV[4] then return -1 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[1], ARGV[1])
for n = 4, #KEYS do redis.call('ZREM', KEYS[n], ARGV[1]) end
for n, name in ipairs(ARGV[4] == '' and {} or cjson.decode(ARGV[4])) do
  local isOfMembers = string.sub(name, 1, 8) == 'members:'
  if isOfMembers and redis.call('ZCARD', KEYS[n + 6]) == 0 then
    redis.call('HDEL', KEYS[3], string.sub(name, 9))
  end
end
return 1
`);

/**
 * Sets the due time of a workflow whose attempt is about to begin. KEYS: due. ARGV: id, the lease
 * in ms.
 */
export const DUE_IN = script(`${NOW}
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
return 1
`);

/**
 * Corrects the due time of a workflow, unless it was changed since it was read. KEYS: due. ARGV:
 * id, the score that was read, the right one, or '' for never.
 */
export const CORRECT_DUE = script(`
if redis.call('ZSCORE', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('ZREM', KEYS[1], ARGV[1])
else redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1]) end
return 1
`);

/**
 * Makes each open workflow due that has no due time, because it is paused or an older Runtape
 * entered it. KEYS: open, due.
 */
export const ALL_DUE = script(`${NOW}
for _, id in ipairs(redis.call('ZDIFF', 2, KEYS[1], KEYS[2])) do
  redis.call('ZADD', KEYS[2], 'NX', now, id)
end
return 1
`);

/**
 * Finds the newest workflows that are in all of some sets, in a stretch of the smallest set. No
 * record is read. KEYS: the sets, each by creation; then others, if any, one of which must contain
 * a workflow. ARGV: the number of sets by creation, the time from which to go back, or '', the
 * maximum number of older entries to examine and to find.
 * @returns the entries found, in any order and perhaps twice, as id, time, id, time …; and the last
 *   one examined, as id and time, or nothing at the end.
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
local function examine(entries, most)
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
  examine(redis.call('ZREVRANGEBYSCORE', base, time, time, 'WITHSCORES'), math.huge)
  from = '(' .. time
end
local most = 2 * tonumber(ARGV[4]) + #found
local older = redis.call('ZREVRANGEBYSCORE', base, from, '-inf', 'WITHSCORES', 'LIMIT', 0, ARGV[3])
local isThrough = examine(older, most)
if isThrough and #older < 2 * tonumber(ARGV[3]) then last = {} end
return {found, last}
`);
