import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Bench, BenchContext, Row, Table } from '../bench.ts';
import { type Costs, readCosts } from '../capacity/costs.ts';
import { type Demand, MILLION, planFor } from '../capacity/plan.ts';
import { type Part, type Parts, seeded, simulate } from '../capacity/simulate.ts';
import { startLoad } from '../load/start-load.ts';
import { interleave, valuesOf } from '../measure/rounds.ts';
import { connectionsOf } from '../measure/redis-connections.ts';
import { startServerOf } from '../targets/running-server.ts';
import { startWriter } from '../writers/start-writer.ts';

const benchmarks = join(import.meta.dirname, '../../../../docs/benchmarks');
const MAX_ROUNDS = 3;
const DELIVERIES = 60_000;
const ARRIVE_WITHIN_MS = 240_000;
/** The factor by which the simulation is smaller than the plan. */
const SCALE_DOWN = 20;
const SECONDS = 4;
const STEP = 0.05;
const MAX_LOAD = 10;
const SEED = 42;
const parts: readonly Part[] = ['workers', 'shards', 'servers'];

/** Checks the arithmetic of `docs/scaling.md`, at a small scale and in a simulation. */
export const capacity: Bench = {
  name: 'capacity',
  summary:
    'the arithmetic of docs/scaling.md: linear in small, and what breaks first in a simulation',
  run: async (context) => [
    await delivery(context),
    await redisConnections(context),
    ...(await simulated(context)),
  ],
};

/** The cost of delivering an event to a watcher does not depend on the number of watchers. */
async function delivery(context: BenchContext): Promise<Table> {
  const { cpus, folder, isQuick, fail, report } = context;
  await using started = new AsyncDisposableStack();
  const load = await startLoad(started, cpus.load);
  const counts = isQuick ? [20, 50] : [100, 500, 2000];
  const settings = { events: 'status' as const, folder };
  const server = await startServerOf(started, 'plain SSE', settings, cpus.server);
  const { port, requests } = server;
  let published = 0;
  const measured = await interleave(
    new Map(counts.map((count) => [nameOf(count), count])),
    { ...context, maxRounds: MAX_ROUNDS },
    async (count, name) => {
      await load.open(name, { port, requests, count, numberIn: 'id' });
      try {
        // All watchers have the history before the measurement starts.
        if (published > 0) await load.waitFor(name, published, ARRIVE_WITHIN_MS);
        const events = isQuick ? 10 : Math.ceil(DELIVERIES / count);
        published += events;
        const before = await server.usage();
        const reached = load.waitFor(name, published, ARRIVE_WITHIN_MS);
        await server.publish(events, 1);
        const { problems } = await reached;
        for (const problem of problems) fail(`${name}: ${problem}.`);
        const micros = ((await server.usage()).cpuMicros - before.cpuMicros) / (events * count);
        report(`${name}: ${micros.toFixed(1)} µs per event and watcher`);
        return { micros };
      } finally {
        await load.close(name);
      }
    },
  );
  const [few = 0] = counts;
  return {
    title: 'server CPU to deliver one event to one watcher',
    unit: 'µs',
    limit: nameOf(few),
    rows: counts.map((count) => ({
      name: nameOf(count),
      goal: count === few ? undefined : { ratio: 1.25 },
      values: valuesOf(measured, nameOf(count), 'micros'),
    })),
  };
}

/**
 * A server has as many connections to Redis for one watcher as for hundreds, each of another
 * workflow.
 */
async function redisConnections({ cpus, folder, isQuick, redis }: BenchContext): Promise<Table> {
  await using started = new AsyncDisposableStack();
  const { url: redisUrl } = await redis();
  const many = isQuick ? 20 : 200;
  const load = await startLoad(started, cpus.load);
  const writer = await startWriter(started, 'runtape', redisUrl, many, cpus.load);
  const redisClient = started.adopt(new Redis(redisUrl), (each) => each.disconnect());
  const before = await connectionsOf(redisClient);
  const { workflowIds } = writer;
  const settings = { events: 'status' as const, redisUrl, folder, workflowIds };
  const server = await startServerOf(started, 'plain SSE', settings, cpus.server);
  const { port, requests } = server;
  const rows: Row[] = [];
  for (const count of [1, many]) {
    await load.open(String(count), { port, requests, count, numberIn: 'id' });
    const values = [(await connectionsOf(redisClient)) - before];
    rows.push({
      name: count === 1 ? '1 watcher' : `${count} watchers of ${count} workflows`,
      values,
      goal: { value: 2 },
    });
  }
  return {
    title: 'Redis connections of a server',
    unit: 'connections',
    rows,
  };
}

/** Simulates a twentieth of the plan for a million watchers, event by event. */
async function simulated({ report }: BenchContext): Promise<readonly Table[]> {
  const { costs, source } = await readCosts(benchmarks);
  report(`The simulation is with ${source}.`);
  const plan = planFor(MILLION, costs);
  const planned: Parts = {
    workers: Math.max(1, Math.round(plan.workerCores / SCALE_DOWN)),
    shards: Math.max(1, Math.round(plan.shards / SCALE_DOWN)),
    servers: Math.max(1, Math.round(plan.serverCores / SCALE_DOWN)),
  };
  const result = simulateAt(1, planned, costs);
  const first = breakingPoint(planned, costs);
  const relieved = { ...planned, [first.part]: planned[first.part] * 2 };
  const second = breakingPoint(relieved, costs);
  const twice = { ...relieved, [second.part]: relieved[second.part] * 2 };
  const third = breakingPoint(twice, costs);
  const counted = (of: Parts) => parts.map((part) => `${of[part]} ${part}`).join(', ');
  return [
    {
      title: `simulated, 1/${SCALE_DOWN} of a million watchers (${counted(planned)}): busy`,
      unit: '%',
      rows: parts.map((part) => rowOf(part, result.busy[part] * 100)),
    },
    {
      title: 'simulated: time from emission to the last watcher, p99',
      unit: 'ms',
      rows: [
        { ...rowOf('as planned', result.p99Ms), goal: { value: 50 } },
        rowOf(
          `at ${first.load} × that, where the ${first.part} are full`,
          p99At(first.load, planned, costs),
        ),
        rowOf(`the same with twice the ${first.part}`, p99At(first.load, relieved, costs)),
        rowOf(`and with twice the ${second.part}`, p99At(first.load, twice, costs)),
      ],
    },
    {
      title: 'simulated: multiple of the planned load at which a part is full',
      unit: '×',
      better: 'more',
      rows: [
        rowOf(`as planned: the ${first.part}`, first.load),
        rowOf(`twice the ${first.part}: then the ${second.part}`, second.load),
        rowOf(`twice the ${second.part} as well: then the ${third.part}`, third.load),
      ],
    },
  ];
}

function demandAt(load: number): Demand {
  const { watchers, workflows } = MILLION;
  const eventsPerSecond = MILLION.eventsPerSecond * load;
  return {
    ...MILLION,
    watchers: watchers / SCALE_DOWN,
    workflows: workflows / SCALE_DOWN,
    eventsPerSecond,
  };
}

function p99At(load: number, of: Parts, costs: Costs): number {
  return simulateAt(load, of, costs).p99Ms;
}

function simulateAt(load: number, of: Parts, costs: Costs, seconds = SECONDS) {
  return simulate(demandAt(load), of, costs, { seconds, random: seeded(SEED) });
}

/** Raises the load until one part is always busy. */
function breakingPoint(of: Parts, costs: Costs) {
  for (let steps = 1; ; steps += 1) {
    const load = 1 + steps * STEP;
    const { busy } = simulateAt(load, of, costs, 1);
    const part = parts.reduce((max, each) => (busy[each] > busy[max] ? each : max), 'servers');
    if (busy[part] >= 1 || load >= MAX_LOAD) return { part, load: Number(load.toFixed(2)) };
  }
}

function nameOf(watchers: number): string {
  return `${watchers.toLocaleString('en')} watchers`;
}

function rowOf(name: string, value: number): Row {
  return { name, values: [value] };
}
