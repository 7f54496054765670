import type { EventLog } from '@runtape/event-log';
import { hasEnded, workflowIdSchema } from '@runtape/events';
import { checkRecords, type Verdict } from './check/check-records.ts';
import { readFinalLogs, readUnlisted } from './final-logs.ts';
import { breakThings } from './break-things.ts';
import { leftConnections, leftSubscriptions } from './leftovers.ts';
import { sampleNames } from './load/api.ts';
import { type LoadResult, runLoad } from './load/load.ts';
import { pause } from './pause.ts';
import { salvageWith } from './salvage.ts';
import { originsOf, programsOf, type Stand } from './programs/stand.ts';
import { startStand } from './programs/start-stand.ts';
import type { FinalLog, Injury, Records, Start, Testimony } from './records.ts';
import { drawSchedule, type PlannedFault, type ScheduleOptions } from './schedule/schedule.ts';
import { appointWitnesses } from './witnesses/appoint-witnesses.ts';

export interface RunOptions extends ScheduleOptions {
  /** Hears how it goes. */
  readonly say: (message: string) => void;
  /** Ends the breaking early; what was started is still brought to its end and judged. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly records: Records;
  readonly verdict: Verdict;
  readonly load: LoadResult;
  /** What is there and should not be: subscriptions, connections, programs that did not stop as they should. */
  readonly leftovers: readonly string[];
  /** Every time a program ended though nobody had asked for it. */
  readonly crashes: readonly string[];
  /** What kept the run from going on as planned; what was recorded until then is judged all the same. */
  readonly troubles: readonly string[];
  /** What the programs wrote, by name. */
  readonly outputs: ReadonlyMap<string, string>;
}

const MOST_UNDER_WAY = 6;
/** A retry waits, a lease runs out, a quiet tail asks after 15 s: all that together is far less. */
const END_WITHIN_MS = 90_000;
/** A quiet tail that missed the last message asks the log after 18 s at most. */
const SEEN_WITHIN_MS = 45_000;
/** Between what was done and the answer that it was, at most. */
const LATE_ANSWER_MS = 4_000;
const NOTHING: Records = { starts: [], testimonies: [], logs: [], injuries: [] };
const BOUNDS = { noticeWithinMs: 10_000, silenceWithinMs: 10_000 };

/** Starts everything, breaks it by the schedule, lets it come to its end, and judges. */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { say, store } = options;
  const schedule = drawSchedule(options);
  say(`Starting programs on ${store}; ${schedule.length} faults are planned.`);
  await using stand = await startStand(store);
  for (const { name, pid } of programsOf(stand)) say(`${name}: process ${pid}`);
  say('Everything runs.');
  const { load, testimonies, injuries, troubles } = await breakAndWatch(options, stand, schedule);
  const salvage = salvageWith(troubles);
  const left = await salvage('subscriptions', () => leftSubscriptions(stand));
  const leftovers = (left ?? []).map((name) => `subscription ${name}`);
  const read = await salvage('logs', () => readLogsOf(stand, load.starts));
  const { listed, unlisted } = read ?? { listed: [], unlisted: [] };
  leftovers.push(...unlisted.map(({ workflowId }) => `${workflowId}, which is in no list`));
  const logs = [...listed, ...unlisted];
  say(`Read ${logs.length} logs; stopping the programs.`);
  const programs = programsOf(stand);
  await Promise.all(programs.map((program) => program.alone(() => program.stop())));
  leftovers.push(...programs.flatMap((program) => program.leftovers));
  const connections = await salvage('connections', () => leftConnections(stand));
  leftovers.push(...(connections ?? []).map((client) => `connection ${client}`));
  const records = { starts: load.starts, testimonies, logs, injuries };
  return {
    records,
    // Without the logs there is nothing to compare with.
    verdict: checkRecords(read === undefined ? NOTHING : records, BOUNDS),
    load,
    leftovers,
    crashes: programs.flatMap((program) => program.crashes),
    troubles,
    outputs: new Map(programs.map(({ name, output }) => [name, output])),
  };
}

async function readLogsOf(
  stand: Stand,
  starts: readonly Start[],
): Promise<{ listed: readonly FinalLog[]; unlisted: readonly FinalLog[] }> {
  await using log = await stand.openLog();
  const listed = await readFinalLogs(log);
  const started = starts.flatMap(({ workflowIds }) => workflowIds);
  return { listed, unlisted: await readUnlisted(log, listed, started) };
}

interface Watched {
  readonly load: LoadResult;
  readonly testimonies: Testimony[];
  readonly injuries: readonly Injury[];
  readonly troubles: string[];
}

async function breakAndWatch(
  { seed, durationMs, signal, say }: RunOptions,
  stand: Stand,
  schedule: readonly PlannedFault[],
): Promise<Watched> {
  const servers = originsOf(stand);
  const samples = await sampleNames(servers);
  const log = await stand.openLog();
  const stuck = new AbortController();
  const breaking = AbortSignal.any([signal, stuck.signal, AbortSignal.timeout(durationMs)]);
  const givingUp = new AbortController();
  const leaving = new AbortController();
  const staying: Promise<Testimony>[] = [];
  const stalled: Promise<Testimony>[] = [];
  const injuries: Injury[] = [];
  const troubles: string[] = [];
  const loading = runLoad({
    seed,
    servers,
    writer: stand.writerOrigin,
    samples,
    mostUnderWay: MOST_UNDER_WAY,
    signal: breaking,
    giveUp: givingUp.signal,
    onStarted: async (workflowId, key) => {
      const watching = { seed, workflowId, key, servers, signal: leaving.signal };
      const appointed = appointWitnesses(watching);
      staying.push(...appointed.staying);
      stalled.push(...appointed.stalled);
      await untilEnded(log, workflowId, givingUp.signal);
    },
    mayHaveLost: (since) =>
      injuries.some(({ kind, to }) => kind === 'redis-tail-loss' && to >= since - LATE_ANSWER_MS),
  });
  await breakThings(stand, schedule, breaking, {
    say,
    onHealed: (injury) => injuries.push(injury),
    onStuck: (trouble) => {
      say(trouble);
      troubles.push(trouble);
      stuck.abort();
    },
  });
  const healed = troubles.length === 0 ? 'Everything passes again' : 'Nothing more is broken';
  say(`${healed}; waiting for the ends.`);
  const tooLate = setTimeout(() => givingUp.abort(), END_WITHIN_MS);
  const load = await loading;
  clearTimeout(tooLate);
  await salvageWith(troubles)('log', () => log.close());
  say(`${load.starts.length} workflows were started; waiting for ${staying.length} witnesses.`);
  const giveUpWatching = setTimeout(() => leaving.abort(), SEEN_WITHIN_MS);
  const testimonies = await Promise.all(staying);
  clearTimeout(giveUpWatching);
  leaving.abort();
  testimonies.push(...(await Promise.all(stalled)));
  return { load, testimonies, injuries, troubles };
}

/** Until a workflow has ended, or the store says that there is none. */
async function untilEnded(log: EventLog, id: string, signal: AbortSignal): Promise<void> {
  const workflowId = workflowIdSchema.parse(id);
  while (!signal.aborted) {
    // The store may be away; then nothing has ended that we know of.
    const record = await log.get(workflowId).catch(() => undefined);
    if (record === null || (record !== undefined && hasEnded(record.status))) return;
    await pause(250, signal);
  }
}
