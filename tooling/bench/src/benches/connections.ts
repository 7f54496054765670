import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import { startLoad } from '../load/start-load.ts';
import type { LiveServerName } from '../targets/index.ts';
import { type RunningServer, startServerOf } from '../targets/running-server.ts';

const HEARTBEAT_MS = 15_000;
const MAX_ROUNDS = 2;
/** The number of file descriptors reserved for other purposes than watchers. */
const OTHER_FILES = 200;
const SETTLE_MS = 2000;
const KIB = 1024;
const MIB = KIB * KIB;

/** The limits in a process report; `unlimited` if there is none. */
const reportSchema = z.object({
  userLimits: z.object({ open_files: z.object({ soft: z.number() }) }),
});

const servers: readonly LiveServerName[] = [
  'bare node:http',
  'better-sse',
  'tRPC generator, superjson',
  'plain SSE',
  'onWorkflowEvents',
  'shared stream',
  'plain SSE, gzip',
];
const ours: readonly string[] = servers.slice(3);
const withGoals: readonly string[] = ours.slice(0, 3);

/** The measurements of one server in one round. */
interface Measurement {
  readonly kibEach: number;
  readonly cpuPercent: number;
  readonly heldMib: number;
}

/** The cost of many idle watchers. */
export const connections: Bench = {
  name: 'connections',
  summary: '10,000 idle watchers with heartbeats: memory of each, and share of a core',
  run: async (context) => {
    const count = watchersOf(context);
    const rounds: ReadonlyMap<LiveServerName, Measurement>[] = [];
    for (let round = 0; round < Math.min(context.rounds, MAX_ROUNDS); round += 1) {
      rounds.push(await measureAll(count, context));
    }
    const table = (what: string, unit: string, value: keyof Measurement, goal?: Goal): Table => ({
      title: `${count.toLocaleString('en')} idle watchers: ${what}`,
      unit,
      limit: 'bare node:http',
      rows: servers.map((name) => ({
        name,
        isOurs: ours.includes(name),
        goal: withGoals.includes(name) ? goal : undefined,
        values: rounds.flatMap((round) => round.get(name)?.[value] ?? []),
      })),
    });
    return [
      table('memory per watcher', 'KiB', 'kibEach', { ratio: 1.4 }),
      table('heartbeats every 15 s, share of a core', '%', 'cpuPercent', { value: 2 }),
      table('heap retained after all have disconnected', 'MiB', 'heldMib'),
    ];
  },
};

/** As many watchers as the open-file limits of both processes allow. */
function watchersOf({ isQuick, report }: BenchContext): number {
  if (isQuick) return 200;
  const max = openFiles() - OTHER_FILES;
  if (max < 10_000) report(`The limit of open files allows only ${max} watchers.`);
  return Math.min(10_000, max);
}

function openFiles(): number {
  const report = reportSchema.safeParse(process.report.getReport());
  return report.data?.userLimits.open_files.soft ?? Number.POSITIVE_INFINITY;
}

/**
 * All servers idle at the same time, each with its own process of watchers, so that other activity
 * of the machine affects all of them.
 */
async function measureAll(
  count: number,
  context: BenchContext,
): Promise<ReadonlyMap<LiveServerName, Measurement>> {
  await using started = new AsyncDisposableStack();
  const running = new Map<LiveServerName, Idle>();
  for (const name of servers) {
    context.report(`${name} …`);
    running.set(name, await startIdle(name, count, started, context));
  }
  const windowMs = context.isQuick ? 500 : HEARTBEAT_MS;
  const before = new Map<LiveServerName, number>();
  for (const [name, { server }] of running) before.set(name, (await server.usage()).cpuMicros);
  await delay(windowMs);
  const measured = new Map<LiveServerName, Measurement>();
  for (const [name, { server, emptyHeap, kibEach, problemsOf, leave }] of running) {
    const { cpuMicros } = await server.usage();
    for (const problem of await problemsOf()) context.fail(`${name}: ${problem}.`);
    const cpuPercent = ((cpuMicros - (before.get(name) ?? Number.NaN)) / (windowMs * 1000)) * 100;
    await leave();
    const { heapBytes } = await server.usage(true);
    measured.set(name, { kibEach, cpuPercent, heldMib: Math.max(0, heapBytes - emptyHeap) / MIB });
    context.report(`${name}: ${kibEach.toFixed(1)} KiB each, ${cpuPercent.toFixed(1)} % of a core`);
  }
  return measured;
}

interface Idle {
  readonly server: RunningServer;
  readonly emptyHeap: number;
  readonly kibEach: number;
  /** The problems of its watchers so far: an idle watcher must not lose its stream. */
  readonly problemsOf: () => Promise<readonly string[]>;
  readonly leave: () => Promise<void>;
}

async function startIdle(
  name: LiveServerName,
  count: number,
  started: AsyncDisposableStack,
  { cpus, folder, isQuick }: BenchContext,
): Promise<Idle> {
  const settings = { events: 'status' as const, heartbeatMs: HEARTBEAT_MS, folder };
  const server = await startServerOf(started, name, settings, cpus.server);
  const load = await startLoad(started, cpus.load);
  const numberIn = name === 'shared stream' ? ('data' as const) : ('id' as const);
  const { port, requests } = server;
  // A first watcher connects and leaves, so that one-time allocations are not counted.
  await load.open('first', { port, requests, numberIn, count: 1 });
  await load.close('first');
  const empty = await server.usage(true);
  await load.open('all', { port, requests, numberIn, count });
  await delay(isQuick ? 0 : SETTLE_MS);
  const full = await server.usage(true);
  return {
    server,
    emptyHeap: empty.heapBytes,
    kibEach: (full.rssBytes - empty.rssBytes) / KIB / count,
    problemsOf: async () => (await load.seen('all')).problems,
    leave: async () => {
      await load.close('all');
      await delay(isQuick ? 0 : SETTLE_MS);
    },
  };
}
