import {
  type Append,
  type AppendPlan,
  encodeForLog,
  isEventLogError,
  planAppend,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import type { Dependencies } from './redis-event-log.ts';
import { summaryFields } from './store/record.ts';
import { accepted, EPOCH, NOW, script } from './store/script.ts';
import { indexEnded } from './workflow-index/index-ended.ts';

/** The number of ARGV values before the events. */
const FIXED_ARGS = 5;
/** The number of ARGV values between the events and the summary, in the long form only. */
const LONG_FORM_ARGS = 5;

/**
 * Checks, stores, updates and announces in one atomic step, so an event is announced only after it
 * is stored (docs/architecture.md, law 1). KEYS: metadata, history; in the long form also steps,
 * commands, segments. ARGV: channel, attempt, after, the incarnation or '', the number of events;
 * then the events; then, in the long form: new status or '', '1' to close the log, retention in ms
 * or '', step or '', its result; then field, value … of the summary. The first write is an XADD,
 * which Redis refuses when it is out of memory, so nothing is half-written. A closed log has no
 * lease, so a valid lease implies an open log and is checked first.
 * @returns the new tail and the incarnation; when it closed the log also the end and the
 *   idempotency key.
 */
const APPEND = script(`${NOW}
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
  redis.call('XADD', KEYS[2], (after + n) .. '-0', 'event', ARGV[${FIXED_ARGS} + n])
end

local answer, more = {'ok', tail, found[4]}, ${FIXED_ARGS} + count
if #ARGV == more then
  redis.call('HSET', KEYS[1], 'tail', tail)
else
  local changes = {'tail', tail}
  if ARGV[more + 1] ~= '' then
    table.insert(changes, 'status')
    table.insert(changes, ARGV[more + 1])
  end
  for n = more + ${LONG_FORM_ARGS} + 1, #ARGV do table.insert(changes, ARGV[n]) end
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
local events = table.concat(ARGV, ',', ${FIXED_ARGS} + 1, more)
redis.call('SPUBLISH', ARGV[1], found[4] .. ' ' .. ARGV[3] .. ' [' .. events .. ']')
return answer
`);

const appendedSchema = z.tuple([z.number(), z.string()], z.unknown());
/** The reply when the append closed the log: also the end, and the idempotency key as JSON. */
const closedSchema = z.tuple([z.number(), z.string(), z.number(), z.string().nullable()]);

/**
 * Runs synchronously until the command is written, so overlapping appends are sent in the order of
 * the calls.
 */
export async function append(
  dependencies: Dependencies,
  workflowId: WorkflowId,
  request: Append,
): Promise<{ tail: number }> {
  const { connection, keys, appends } = dependencies;
  const plan = planAppend(workflowId, request);
  const { channel, metadata, history, steps, commands, segments } = keys.of(workflowId);
  const events = request.events.map(encodeForLog);
  const args: (string | number)[] = [
    channel,
    request.attempt,
    request.after,
    request.incarnation ?? '',
    events.length,
  ];
  for (const { text } of events) args.push(text);
  const more = longFormArgs(dependencies, request, plan);
  args.push(...more);
  const touched =
    more.length === 0 ? [metadata, history] : [metadata, history, steps, commands, segments];
  return await appends.run(workflowId, request, async () => {
    const reply = await connection.script(APPEND, touched, args);
    const values = accepted(reply, { ...request, workflowId });
    const [tail, incarnation] = appendedSchema.parse(values);
    const status = plan.status ?? 'running';
    dependencies.segments.appended({
      workflowId,
      incarnation,
      after: request.after,
      events,
      status,
    });
    if (plan.closes) {
      const [, , endedAt, key] = closedSchema.parse(values);
      // The log is closed even if indexing fails; a later sweep repairs the index.
      await indexEnded(dependencies, { workflowId, endedAt, key }).catch(() => {});
    }
    return { tail };
  });
}

/** The arguments of the long form; nearly always empty. */
function longFormArgs(
  { keepEndedForMs }: Pick<Dependencies, 'keepEndedForMs'>,
  { step }: Append,
  { status, closes, summary }: AppendPlan,
): readonly (string | number)[] {
  const changes = summaryFields(summary);
  if (status === null && step === undefined && changes.length === 0) return [];
  return [
    status ?? '',
    closes ? '1' : '',
    keepEndedForMs === undefined ? '' : Math.ceil(keepEndedForMs),
    step === undefined ? '' : JSON.stringify(step.step),
    step === undefined ? '' : JSON.stringify(step.result),
    ...changes,
  ];
}

type Appended = Promise<{ tail: number }>;

/**
 * Overlapping appends are sent one after the other and normally arrive in order. But when a server
 * needs the script text again, or redirects the client to another node, one append is delayed and
 * those behind it overtake it. These are refused for being ahead of the log. Nothing of them was
 * stored, so each is sent again after the append that it builds on.
 */
export class AppendsInOrder {
  /** Keyed by the position where the append ends. */
  readonly #inProgress = new Map<string, Appended>();

  async run(workflowId: WorkflowId, request: Append, send: () => Appended): Appended {
    const builtOn = this.#inProgress.get(`${workflowId} ${request.after}`);
    const appended = builtOn === undefined ? send() : sendBehind(builtOn, request, send);
    const end = `${workflowId} ${request.after + request.events.length}`;
    this.#inProgress.set(end, appended);
    try {
      return await appended;
    } finally {
      if (this.#inProgress.get(end) === appended) this.#inProgress.delete(end);
    }
  }
}

async function sendBehind(builtOn: Appended, { after }: Append, send: () => Appended): Appended {
  try {
    return await send();
  } catch (error) {
    if (!isEventLogError(error, 'seq_conflict') || (error.tail ?? after) >= after) throw error;
    const isAppended = await builtOn.then(
      () => true,
      () => false,
    );
    if (!isAppended) throw error;
    return await send();
  }
}
