import { join } from 'node:path';
import {
  freePort,
  spawnRuntape,
  spawnServer,
  spawnWorker,
  type SpawnedProcess,
} from '@runtape/e2e';
import type { Bench, BenchContext } from '../bench.ts';
import { nowMs } from '../measure/clock.ts';
import { interleave } from '../measure/rounds.ts';

const starts = {
  'server ready, SQLite': { goalMs: 1500, measure: (context) => untilReady(context, {}) },
  'server ready, Redis': {
    goalMs: 1500,
    measure: async (context) => untilReady(context, { REDIS_URL: (await context.redis()).url }),
  },
  'server --help': {
    goalMs: 300,
    measure: (context) => untilOver(context, () => spawnServer({}, ['--help'])),
  },
  'worker --help': {
    goalMs: 300,
    measure: (context) => untilOver(context, () => spawnWorker({}, ['--help'])),
  },
  'command line --help': {
    goalMs: 300,
    measure: (context) => untilOver(context, () => spawnRuntape(['--help'], {})),
  },
} as const satisfies Readonly<
  Record<string, { goalMs: number; measure: (context: BenchContext) => Promise<number> }>
>;

/** How long users wait for the programs to start. */
export const start: Bench = {
  name: 'start',
  summary: 'how long the server and the command line take to start, with everything in the caches',
  run: async (context) => {
    const names = Object.keys(starts);
    const measured = await interleave(names, {
      rounds: context.rounds,
      warmsUp: !context.isQuick,
      measure: async (name) => {
        const entry = Object.entries(starts).find(([key]) => key === name);
        if (entry === undefined) throw new TypeError(`There is no ${name}.`);
        const ms = await entry[1].measure(context);
        context.say(`${name}: ${Math.round(ms)} ms`);
        return ms;
      },
    });
    return [
      {
        title: 'from the start of the process',
        unit: 'ms',
        better: 'less',
        rows: Object.entries(starts).map(([name, { goalMs }]) => ({
          name,
          isOurs: true,
          goal: { value: goalMs },
          values: measured.get(name) ?? [],
        })),
      },
    ];
  },
};

async function untilReady(
  context: BenchContext,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const port = String(await freePort());
  const fromMs = nowMs();
  await using server = spawnServer({
    PORT: port,
    RUNTAPE_DB: join(context.folder, 'start.db'),
    RUNTAPE_CACHE: join(context.folder, 'cache'),
    ...env,
  });
  await server.waitForLine(/^Runtape is ready at/);
  return nowMs() - fromMs;
}

async function untilOver(context: BenchContext, spawn: () => SpawnedProcess): Promise<number> {
  const fromMs = nowMs();
  await using program = spawn();
  const { code } = await program.exited;
  if (code !== 0) context.fail(`--help ended with ${String(code)}.`);
  return nowMs() - fromMs;
}
