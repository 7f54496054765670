import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import type { NumberIn } from '../load/event-scanner.ts';
import { type Load, startLoad } from '../load/start-load.ts';
import { interleave, ratios, type Rounds, valuesOf } from '../measure/rounds.ts';
import type { LiveServerName } from '../targets/index.ts';
import { type RunningServer, startServerOf } from '../targets/running-server.ts';

const LIMIT = 'bare node:http';
const GENERATOR = 'tRPC generator, superjson';
const ARRIVE_WITHIN_MS = 240_000;

interface Target {
  /** The name in the table. */
  readonly name: string;
  readonly server: LiveServerName;
  readonly isOurs?: boolean;
  readonly onRedis?: boolean;
  readonly numberIn?: NumberIn;
  /** Events per turn of the event loop. Default: as in the stage. */
  readonly atOnce?: number;
  readonly goal?: Goal;
}

const liveGoal: Goal = { ratio: 0.95 };
const behindGoal: Goal = { ratio: 7 };

const peers: readonly Target[] = [
  { name: LIMIT, server: LIMIT },
  { name: 'better-sse', server: 'better-sse' },
  { name: 'hono streamSSE', server: 'hono streamSSE' },
  { name: 'resumable-stream', server: 'resumable-stream', onRedis: true },
  { name: 'Durable Streams server', server: 'Durable Streams server', numberIn: 'data' },
  { name: GENERATOR, server: GENERATOR },
];
const ours: readonly Target[] = [
  { name: 'plain SSE', server: 'plain SSE', isOurs: true, goal: liveGoal },
  { name: 'onWorkflowEvents', server: 'onWorkflowEvents', isOurs: true, goal: liveGoal },
  {
    name: 'shared stream',
    server: 'shared stream',
    isOurs: true,
    numberIn: 'data',
    goal: liveGoal,
  },
  { name: 'onThreadEvents', server: 'onThreadEvents', isOurs: true, numberIn: 'data' },
  { name: 'plain SSE on Redis', server: 'plain SSE', isOurs: true, onRedis: true },
  { name: 'onWorkflowEvents on Redis', server: 'onWorkflowEvents', isOurs: true, onRedis: true },
];
const gzip: Target = { name: 'plain SSE, gzip', server: 'plain SSE, gzip', isOurs: true };

const behind: readonly Target[] = [
  { name: 'plain SSE', server: 'plain SSE', isOurs: true, numberIn: 'text', goal: behindGoal },
  {
    name: 'onWorkflowEvents',
    server: 'onWorkflowEvents',
    isOurs: true,
    numberIn: 'text',
    goal: behindGoal,
  },
  {
    name: 'shared stream',
    server: 'shared stream',
    isOurs: true,
    numberIn: 'text',
    goal: behindGoal,
  },
];

/** A scenario with many watchers. */
interface Stage {
  readonly title: string;
  readonly watchers: number;
  readonly targets: readonly Target[];
  /** Events per watcher in a round. */
  readonly events: number;
  /** Events per turn of the event loop. */
  readonly atOnce: number;
}

interface Measurement {
  readonly perSecond: number;
  readonly micros: number;
}

/** One workflow and many watchers: events delivered per second, and the server's CPU per event. */
export const fanOut: Bench = {
  name: 'fan-out',
  summary: 'one workflow and 100 or 1,000 watchers, live and behind: events delivered a second',
  run: async (context) => {
    const tables: Table[] = [];
    for (const stage of stagesOf(context)) tables.push(...(await measureStage(stage, context)));
    return tables;
  },
};

function stagesOf({ isQuick }: BenchContext): readonly Stage[] {
  const of = (full: number) => (isQuick ? Math.ceil(full / 20) : full);
  const stages: readonly Stage[] = [
    {
      title: '100 watchers, live',
      watchers: 100,
      targets: [...peers, ...ours, gzip],
      events: of(400),
      atOnce: 1,
    },
    {
      title: '1,000 watchers, live',
      watchers: 1000,
      targets: [...peers, ...ours, gzip],
      events: of(40),
      atOnce: 1,
    },
    {
      title: '100 watchers, behind by 64 tokens',
      watchers: 100,
      targets: [
        { name: LIMIT, server: LIMIT, numberIn: 'text', atOnce: 1 },
        {
          name: `${LIMIT}, 8 in a write`,
          server: 'bare node:http, batched',
          numberIn: 'text',
          atOnce: 8,
        },
        { name: `${LIMIT}, 64 in a write`, server: 'bare node:http, batched', numberIn: 'text' },
        ...behind,
      ],
      events: of(40) * 64,
      atOnce: 64,
    },
  ];
  // A second run with the same servers would show nothing new.
  return isQuick ? stages.filter(({ watchers }) => watchers < 1000) : stages;
}

async function measureStage(stage: Stage, context: BenchContext): Promise<readonly Table[]> {
  await using started = new AsyncDisposableStack();
  const load = await startLoad(started, context.cpus.load);
  const servers = new Map<string, Running>();
  for (const target of stage.targets) {
    context.report(`${stage.title}: ${target.name} …`);
    try {
      const server = await startTarget(started, target, stage, context);
      const { name, numberIn = 'id' } = target;
      const { port, requests } = server;
      await load.open(name, { port, requests, numberIn, count: stage.watchers });
      servers.set(name, { target, server, published: 0 });
    } catch (error) {
      context.fail(`${stage.title}, ${target.name}: ${String(error)}`);
    }
  }
  const measured = await interleave(servers, context, async (running, name, isWarmUp) => {
    const one = await measure(running, stage, load, isWarmUp, context);
    context.report(`${stage.title}: ${name}: ${Math.round(one.perSecond)} events a second`);
    return one;
  });
  return tablesOf(stage, measured);
}

async function startTarget(
  started: AsyncDisposableStack,
  { server, onRedis = false }: Target,
  { atOnce }: Stage,
  context: BenchContext,
): Promise<RunningServer> {
  const events = atOnce === 1 ? 'status' : 'token';
  const redisUrl = onRedis ? (await context.redis()).url : undefined;
  const { folder, cpus } = context;
  return await startServerOf(started, server, { events, redisUrl, folder }, cpus.server);
}

interface Running {
  readonly target: Target;
  readonly server: RunningServer;
  published: number;
}

async function measure(
  running: Running,
  stage: Stage,
  load: Load,
  isWarmUp: boolean,
  context: BenchContext,
): Promise<Measurement> {
  const { target, server } = running;
  const events = isWarmUp ? Math.ceil(stage.events / 2) : stage.events;
  running.published += events;
  const before = await server.usage();
  const reached = load.waitFor(target.name, running.published, ARRIVE_WITHIN_MS);
  const { startedMs } = await server.publish(events, target.atOnce ?? stage.atOnce);
  const { atMs, events: delivered, problems } = await reached;
  const after = await server.usage();
  for (const problem of problems) context.fail(`${stage.title}, ${target.name}: ${problem}.`);
  return {
    perSecond: delivered / ((atMs - startedMs) / 1000),
    micros: (after.cpuMicros - before.cpuMicros) / delivered,
  };
}

function tablesOf(stage: Stage, measured: Rounds<string, Measurement>): readonly Table[] {
  const targets = stage.targets.filter(({ name }) => measured.has(name));
  const rowsOf = (key: keyof Measurement, hasGoals: boolean) =>
    targets.map(({ name, isOurs = false, goal }) => ({
      name,
      isOurs,
      goal: hasGoals ? goal : undefined,
      values: valuesOf(measured, name, key),
    }));
  const tables: Table[] = [
    {
      title: `${stage.title}: events delivered`,
      unit: 'events/s',
      better: 'more',
      limit: LIMIT,
      rows: rowsOf('perSecond', true),
    },
    {
      title: `${stage.title}: server CPU per event`,
      unit: 'µs',
      limit: LIMIT,
      rows: rowsOf('micros', false),
    },
  ];
  return stage.watchers > 100 ? [...tables, timesTheGenerator(stage, measured)] : tables;
}

function timesTheGenerator(stage: Stage, measured: Rounds<string, Measurement>): Table {
  const generator = valuesOf(measured, GENERATOR, 'perSecond');
  return {
    title: `${stage.title}: multiple of a tRPC generator`,
    unit: '×',
    better: 'more',
    rows: stage.targets
      .filter(({ name, goal }) => goal !== undefined && measured.has(name))
      .map(({ name }) => ({
        name,
        goal: { value: 10 },
        values: ratios(valuesOf(measured, name, 'perSecond'), generator),
      })),
  };
}
