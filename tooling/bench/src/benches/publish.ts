import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import { interleave, valuesOf } from '../measure/rounds.ts';
import { type Remote, startChild } from '../processes/child.ts';
import type { PublishFunctions } from '../writers/publish-process.ts';
import type { PublisherName } from '../writers/publishers.ts';

const EVENTS = 20_000;

interface Store {
  readonly title: string;
  readonly limit: PublisherName;
  readonly publishers: readonly (readonly [PublisherName, Goal?])[];
}

const stores: readonly Store[] = [
  {
    title: 'SQLite: events stored by one process',
    limit: 'SQLite, bare inserts',
    publishers: [
      ['SQLite, bare inserts'],
      ['SQLite, append', { ratio: 0.7 }],
      ['SQLite, emit statuses'],
      ['SQLite, emit tokens'],
      ['SQLite, emit tokens, 64 wait'],
    ],
  },
  {
    title: 'Redis: events stored and announced by one process',
    limit: 'Redis, bare EVALSHA pipelined',
    publishers: [
      ['Redis, bare EVALSHA pipelined'],
      ['Redis, bare EVALSHA awaited'],
      ['Redis, append awaited'],
      ['Redis, append pipelined', { ratio: 0.8 }],
      ['Redis, emit statuses'],
      ['Redis, emit tokens'],
      ['Redis, emit tokens, 64 wait', { ratio: 5 }],
    ],
  },
];

/** The number of events that one process can write to a store per second. */
export const publish: Bench = {
  name: 'publish',
  summary: 'events of one workflow into SQLite and Redis, by append and by emit',
  run: async (context) => {
    const tables: Table[] = [];
    for (const store of stores) tables.push(await measureStore(store, context));
    return tables;
  },
};

async function measureStore(store: Store, context: BenchContext): Promise<Table> {
  await using started = new AsyncDisposableStack();
  const { title, limit, publishers } = store;
  const { folder, cpus, isQuick } = context;
  const { url: redisUrl } = await context.redis();
  const processes = new Map<PublisherName, Remote<PublishFunctions>>();
  for (const [name] of publishers) {
    const remote = await startChild<PublishFunctions>(started, 'writers/publish-process.ts', {
      name,
      cpu: cpus.server,
    });
    await remote.start(name, { folder, redisUrl });
    processes.set(name, remote);
  }
  const measured = await interleave(processes, context, async (remote, name, isWarmUp) => {
    const count = isQuick ? 500 : isWarmUp ? EVENTS / 2 : EVENTS;
    const { tookMs, problem } = await remote.publish(count);
    if (problem !== null) context.fail(`${name}: ${problem}.`);
    const perSecond = count / (tookMs / 1000);
    context.report(`${name}: ${Math.round(perSecond)} events a second`);
    return { perSecond };
  });
  return {
    title,
    unit: 'events/s',
    better: 'more',
    limit,
    rows: publishers.map(([name, goal]) => ({
      name,
      isOurs: !name.includes('bare'),
      goal,
      values: valuesOf(measured, name, 'perSecond'),
    })),
  };
}
