import { z } from 'zod';
import type { Bench, BenchContext, Goal, Table } from '../bench.ts';
import { interleave, type Rounds } from '../measure/rounds.ts';
import { type Child, startChild } from '../processes/child.ts';
import type { PublisherName } from '../writers/publishers.ts';

const EVENTS = 20_000;
const publishedSchema = z.object({ tookMs: z.number(), problem: z.string().nullable() });

interface Store {
  readonly title: string;
  readonly limit: PublisherName;
  readonly publishers: Readonly<Partial<Record<PublisherName, Goal | null>>>;
}

const stores: readonly Store[] = [
  {
    title: 'SQLite: events stored by one process',
    limit: 'SQLite, bare inserts',
    publishers: {
      'SQLite, bare inserts': null,
      'SQLite, append': { ratio: 0.7 },
      'SQLite, emit statuses': null,
      'SQLite, emit tokens': null,
      'SQLite, emit tokens, 64 wait': null,
    },
  },
  {
    title: 'Redis: events stored and announced by one process',
    limit: 'Redis, bare EVALSHA pipelined',
    publishers: {
      'Redis, bare EVALSHA pipelined': null,
      'Redis, bare EVALSHA awaited': null,
      'Redis, append awaited': null,
      'Redis, append pipelined': { ratio: 0.8 },
      'Redis, emit statuses': null,
      'Redis, emit tokens': null,
      'Redis, emit tokens, 64 wait': { ratio: 5 },
    },
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
  const children = new Map<string, Child>();
  for (const publisher of Object.keys(publishers)) {
    const { folder, cpus } = context;
    const child = started.use(
      await startChild('writers/publish-process.ts', { name: publisher, cpu: cpus.server }),
    );
    const { url: redisUrl } = await context.redis();
    await child.call('start', { publisher, folder, redisUrl }, z.unknown());
    children.set(publisher, child);
  }
  const measured: Rounds<string, number> = await interleave([...children.keys()], {
    rounds: context.rounds,
    warmsUp: !context.isQuick,
    measure: async (name, isWarmUp) => {
      const count = context.isQuick ? 500 : isWarmUp ? EVENTS / 2 : EVENTS;
      const child = children.get(name);
      if (child === undefined) throw new TypeError(`There is no ${name}.`);
      const { tookMs, problem } = await child.call('publish', { count }, publishedSchema);
      if (problem !== null) context.fail(`${name}: ${problem}.`);
      context.say(`${name}: ${Math.round(count / (tookMs / 1000))} a second`);
      return count / (tookMs / 1000);
    },
  });
  return {
    title,
    unit: 'events/s',
    better: 'more',
    limit,
    rows: Object.entries(publishers).map(([name, goal]) => ({
      name,
      isOurs: !name.includes('bare'),
      goal: goal ?? undefined,
      values: measured.get(name) ?? [],
    })),
  };
}
