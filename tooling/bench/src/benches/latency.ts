import { Redis } from 'ioredis';
import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import { type Load, startLoad } from '../load/start-load.ts';
import { interleave, ratios, type Rounds, valuesOf } from '../measure/rounds.ts';
import { connectionsOf } from '../measure/redis-connections.ts';
import { quantile } from '../measure/statistics.ts';
import type { LiveServerName } from '../targets/index.ts';
import { type RunningServer, startServerOf } from '../targets/running-server.ts';
import { startWriter, type Writer } from '../writers/start-writer.ts';
import type { WriterKind } from '../writers/writer-process.ts';

const WORKFLOWS = 100;
const PER_SECOND = 50;
const SECONDS = 4;
const ARRIVE_WITHIN_MS = 240_000;
const RECIPE = 'common recipe: LPUSH, PUBLISH, tRPC generator';
const LIMIT = 'one subscriber, one script, shared buffers';

const targets = {
  [LIMIT]: { server: 'Redis, one subscriber, shared buffers', writer: 'script' },
  [RECIPE]: { server: 'Redis, the common recipe', writer: 'recipe' },
  'plain SSE': { server: 'plain SSE', writer: 'runtape' },
  onWorkflowEvents: { server: 'onWorkflowEvents', writer: 'runtape' },
  'shared stream': { server: 'shared stream', writer: 'runtape' },
} as const satisfies Readonly<Record<string, { server: LiveServerName; writer: WriterKind }>>;

type Name = keyof typeof targets;
const names: readonly Name[] = [LIMIT, RECIPE, 'plain SSE', 'onWorkflowEvents', 'shared stream'];
const isOurs = (name: Name): boolean => targets[name].writer === 'runtape';

interface Measurement {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly serverMicros: number;
  readonly writerMicros: number;
  readonly redisMicros: number;
}

interface Running {
  readonly server: RunningServer;
  readonly writer: Writer;
  readonly redisConnections: number;
  written: number;
}

/** From a writer in one process, through Redis and a server in another, to a watcher in a third. */
export const latency: Bench = {
  name: 'latency',
  summary: '100 workflows with 50 events a second each through Redis: from written to received',
  run: async (context) => {
    await using started = new AsyncDisposableStack();
    const load = await startLoad(started, context.cpus.load);
    const running = new Map<Name, Running>();
    for (const name of names) {
      context.report(`${name} …`);
      running.set(name, await startOne(name, load, started, context));
    }
    const measured = await interleave(running, context, async (target, name) => {
      const one = await measure(name, target, load, context);
      context.report(`${name}: p50 ${one.p50Ms.toFixed(2)} ms, p99 ${one.p99Ms.toFixed(1)} ms`);
      return one;
    });
    return tablesOf(measured, running);
  },
};

async function startOne(
  name: Name,
  load: Load,
  started: AsyncDisposableStack,
  { cpus, folder, redis }: BenchContext,
): Promise<Running> {
  const { url: redisUrl } = await redis();
  const { server: serverName, writer: kind } = targets[name];
  const writer = await startWriter(started, kind, redisUrl, WORKFLOWS, cpus.load);
  const redisClient = new Redis(redisUrl);
  try {
    const before = await connectionsOf(redisClient);
    const settings = {
      events: 'status' as const,
      redisUrl,
      folder,
      workflowIds: writer.workflowIds,
    };
    const server = await startServerOf(started, serverName, settings, cpus.server);
    const { port, requests } = server;
    const numberIn = name === 'shared stream' ? ('data' as const) : ('id' as const);
    await load.open(name, { port, requests, numberIn, count: WORKFLOWS, isStamped: true });
    return {
      server,
      writer,
      redisConnections: (await connectionsOf(redisClient)) - before,
      written: 0,
    };
  } finally {
    redisClient.disconnect();
  }
}

/** The CPU time that Redis has used so far, in µs. */
async function redisCpuMicros(context: BenchContext): Promise<number> {
  const redis = new Redis((await context.redis()).url);
  const info = await redis.info('cpu');
  redis.disconnect();
  const lines = info.split('\r\n').map((line) => line.split(':'));
  const used = lines.filter(([name]) => name === 'used_cpu_user' || name === 'used_cpu_sys');
  return used.reduce((sum, [, seconds]) => sum + Number(seconds) * 1e6, 0);
}

async function measure(
  name: Name,
  running: Running,
  load: Load,
  context: BenchContext,
): Promise<Measurement> {
  const { server, writer } = running;
  const { isQuick, fail } = context;
  const events = isQuick ? 10 : PER_SECOND * SECONDS;
  running.written += events;
  const before = await server.usage();
  const redisBefore = await redisCpuMicros(context);
  const reached = load.waitFor(name, running.written, ARRIVE_WITHIN_MS);
  const { cpuMicros: writerMicros } = await writer.write(events, PER_SECOND);
  const { delaysMs, problems } = await reached;
  const after = await server.usage();
  for (const problem of problems) fail(`${name}: ${problem}.`);
  const count = events * WORKFLOWS;
  return {
    p50Ms: quantile(delaysMs, 0.5),
    p99Ms: quantile(delaysMs, 0.99),
    serverMicros: (after.cpuMicros - before.cpuMicros) / count,
    writerMicros: writerMicros / count,
    redisMicros: ((await redisCpuMicros(context)) - redisBefore) / count,
  };
}

function tablesOf(
  measured: Rounds<Name, Measurement>,
  running: ReadonlyMap<Name, Running>,
): readonly Table[] {
  const table = (what: string, unit: string, key: keyof Measurement): Table => ({
    title: `${WORKFLOWS} workflows × ${PER_SECOND} events/s: ${what}`,
    unit,
    limit: LIMIT,
    rows: names.map((name) => ({
      name,
      isOurs: isOurs(name),
      values: valuesOf(measured, name, key),
    })),
  });
  const recipe = valuesOf(measured, RECIPE, 'p50Ms');
  const recipeGoal: Goal = { value: 0.65 };
  return [
    table('latency, p50', 'ms', 'p50Ms'),
    table('latency, p99', 'ms', 'p99Ms'),
    {
      title: 'latency, p50, relative to the common recipe',
      unit: '×',
      rows: names.filter(isOurs).map((name) => ({
        name,
        goal: name === 'shared stream' ? undefined : recipeGoal,
        values: ratios(valuesOf(measured, name, 'p50Ms'), recipe),
      })),
    },
    table('server CPU per event', 'µs', 'serverMicros'),
    table('writer CPU per event', 'µs', 'writerMicros'),
    table('Redis CPU per event', 'µs', 'redisMicros'),
    {
      title: `Redis connections of a server with ${WORKFLOWS} watchers`,
      unit: 'connections',
      rows: names.map((name) => ({
        name,
        isOurs: isOurs(name),
        goal: isOurs(name) ? { value: 2 } : undefined,
        values: [running.get(name)?.redisConnections ?? Number.NaN],
      })),
    },
  ];
}
