import type { EventLog } from '@runtape/event-log';
import { hasEnded, workflowIdSchema } from '@runtape/events';
import { checkRecords, type Verdict } from './check/check-records.ts';
import { readFinalLogs, readUnlisted } from './final-logs.ts';
import { runNemesis } from './nemesis.ts';
import { findLeftConnections, findLeftSubscriptions } from './leftovers.ts';
import { sampleNames } from './workload/api.ts';
import { type WorkloadResult, runWorkload } from './workload/workload.ts';
import { pause } from './pause.ts';
import { collectSafely } from './collect-safely.ts';
import { originsOf, programsOf, type Cluster } from './programs/cluster.ts';
import { startCluster } from './programs/start-cluster.ts';
import type { FinalLog, FaultWindow, Records, Start, History } from './records.ts';
import { drawSchedule, type PlannedFault, type ScheduleOptions } from './schedule/schedule.ts';
import { startClients } from './clients/start-clients.ts';

export interface RunOptions extends ScheduleOptions {
  /** Receives progress messages. */
  readonly report: (message: string) => void;
  /** Ends the injection of faults early; the run is still completed and judged. */
  readonly signal: AbortSignal;
}

export interface RunResult {
  readonly records: Records;
  readonly verdict: Verdict;
  readonly workload: WorkloadResult;
  /** Remaining subscriptions and connections, and programs that did not stop properly. */
  readonly leftovers: readonly string[];
  /** Each unexpected end of a program. */
  readonly crashes: readonly string[];
  /** Problems of the harness itself; the records up to then are still judged. */
  readonly troubles: readonly string[];
  /** The output of the programs, by name. */
  readonly outputs: ReadonlyMap<string, string>;
}

const MAX_RUNNING = 6;
/**
 * Far more than the sum of a retry, a lease and the 15 s after which a quiet tail reads the log.
 */
const END_WITHIN_MS = 90_000;
/** A quiet tail that missed the last message reads the log after 18 s at most. */
const SEEN_WITHIN_MS = 45_000;
/** The longest time between an action and its response. */
const MAX_RESPONSE_MS = 4_000;
const NOTHING: Records = { starts: [], histories: [], logs: [], faultWindows: [] };
const BOUNDS = { noticeWithinMs: 10_000, silenceWithinMs: 10_000 };

/**
 * Starts everything, injects faults by the schedule, lets all workflows end, and judges the run.
 */
export async function runFaults(options: RunOptions): Promise<RunResult> {
  const { report, store } = options;
  const schedule = drawSchedule(options);
  report(`Starting programs on ${store}; ${schedule.length} faults are planned.`);
  await using cluster = await startCluster(store);
  for (const { name, pid } of programsOf(cluster)) report(`${name}: process ${pid}`);
  report('Everything runs.');
  const { workload, histories, faultWindows, troubles } = await injectAndObserve(
    options,
    cluster,
    schedule,
  );
  const collect = collectSafely(troubles);
  const left = await collect('subscriptions', () => findLeftSubscriptions(cluster));
  const leftovers = (left ?? []).map((name) => `subscription ${name}`);
  const read = await collect('logs', () => readLogsOf(cluster, workload.starts));
  const { listed, unlisted } = read ?? { listed: [], unlisted: [] };
  leftovers.push(...unlisted.map(({ workflowId }) => `${workflowId}, which is in no list`));
  const logs = [...listed, ...unlisted];
  report(`Read ${logs.length} logs; stopping the programs.`);
  const programs = programsOf(cluster);
  await Promise.all(programs.map((program) => program.alone(() => program.stop())));
  leftovers.push(...programs.flatMap((program) => program.leftovers));
  const connections = await collect('connections', () => findLeftConnections(cluster));
  leftovers.push(...(connections ?? []).map((client) => `connection ${client}`));
  const records = { starts: workload.starts, histories, logs, faultWindows };
  return {
    records,
    // Without the logs there is nothing to compare with.
    verdict: checkRecords(read === undefined ? NOTHING : records, BOUNDS),
    workload,
    leftovers,
    crashes: programs.flatMap((program) => program.crashes),
    troubles,
    outputs: new Map(programs.map(({ name, output }) => [name, output])),
  };
}

async function readLogsOf(
  cluster: Cluster,
  starts: readonly Start[],
): Promise<{ listed: readonly FinalLog[]; unlisted: readonly FinalLog[] }> {
  await using log = await cluster.openLog();
  const listed = await readFinalLogs(log);
  const started = starts.flatMap(({ workflowIds }) => workflowIds);
  return { listed, unlisted: await readUnlisted(log, listed, started) };
}

interface WatchResult {
  readonly workload: WorkloadResult;
  readonly histories: History[];
  readonly faultWindows: readonly FaultWindow[];
  readonly troubles: string[];
}

async function injectAndObserve(
  { seed, durationMs, signal, report }: RunOptions,
  cluster: Cluster,
  schedule: readonly PlannedFault[],
): Promise<WatchResult> {
  const servers = originsOf(cluster);
  const samples = await sampleNames(servers);
  const log = await cluster.openLog();
  const stuck = new AbortController();
  const breaking = AbortSignal.any([signal, stuck.signal, AbortSignal.timeout(durationMs)]);
  const givingUp = new AbortController();
  const leaving = new AbortController();
  const staying: Promise<History>[] = [];
  const stalled: Promise<History>[] = [];
  const faultWindows: FaultWindow[] = [];
  const troubles: string[] = [];
  const loading = runWorkload({
    seed,
    servers,
    writer: cluster.writerOrigin,
    samples,
    maxRunning: MAX_RUNNING,
    signal: breaking,
    giveUp: givingUp.signal,
    onStarted: async (workflowId, key) => {
      const watching = { seed, workflowId, key, servers, signal: leaving.signal };
      const started = startClients(watching);
      staying.push(...started.staying);
      stalled.push(...started.stalled);
      await untilEnded(log, workflowId, givingUp.signal);
    },
    mayHaveLost: (since) =>
      faultWindows.some(
        ({ kind, to }) => kind === 'redis-tail-loss' && to >= since - MAX_RESPONSE_MS,
      ),
  });
  await runNemesis(cluster, schedule, breaking, {
    report,
    onHealed: (faultWindow) => faultWindows.push(faultWindow),
    onFailed: (trouble) => {
      report(trouble);
      troubles.push(trouble);
      stuck.abort();
    },
  });
  const healed = troubles.length === 0 ? 'Everything passes again' : 'Nothing more is broken';
  report(`${healed}; waiting for the ends.`);
  const tooLate = setTimeout(() => givingUp.abort(), END_WITHIN_MS);
  const workload = await loading;
  clearTimeout(tooLate);
  await collectSafely(troubles)('log', () => log.close());
  report(
    `${workload.starts.length} workflows were started; waiting for ${staying.length} clients.`,
  );
  const giveUpWatching = setTimeout(() => leaving.abort(), SEEN_WITHIN_MS);
  const histories = await Promise.all(staying);
  clearTimeout(giveUpWatching);
  leaving.abort();
  histories.push(...(await Promise.all(stalled)));
  return { workload, histories, faultWindows, troubles };
}

/** Waits until a workflow has ended, or the store reports that it does not exist. */
async function untilEnded(log: EventLog, id: string, signal: AbortSignal): Promise<void> {
  const workflowId = workflowIdSchema.parse(id);
  while (!signal.aborted) {
    // If the store is unavailable, the workflow is assumed to be running.
    const record = await log.get(workflowId).catch(() => undefined);
    if (record === null || (record !== undefined && hasEnded(record.status))) return;
    await pause(250, signal);
  }
}
