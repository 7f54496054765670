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
import { interleave, valuesOf } from '../measure/rounds.ts';

interface Start {
  readonly goalMs: number;
  readonly measure: (context: BenchContext) => Promise<number>;
}

const starts: ReadonlyMap<string, Start> = new Map([
  ['server ready, SQLite', { goalMs: 1500, measure: (context) => untilReady(context, {}) }],
  [
    'server ready, Redis',
    {
      goalMs: 1500,
      measure: async (context) => untilReady(context, { REDIS_URL: (await context.redis()).url }),
    },
  ],
  ['server --help', untilHelp(() => spawnServer({}, ['--help']))],
  ['worker --help', untilHelp(() => spawnWorker({}, ['--help']))],
  ['command line --help', untilHelp(() => spawnRuntape(['--help'], {}))],
]);

/** How long users wait for the programs to start. */
export const start: Bench = {
  name: 'start',
  summary: 'how long the server and the command line take to start, with everything in the caches',
  run: async (context) => {
    const measured = await interleave(starts, context, async (target, name) => {
      const ms = await target.measure(context);
      context.report(`${name}: ${Math.round(ms)} ms`);
      return { ms };
    });
    const rows = Array.from(starts, ([name, { goalMs }]) => ({
      name,
      goal: { value: goalMs },
      values: valuesOf(measured, name, 'ms'),
    }));
    return [{ title: 'from the start of the process', unit: 'ms', rows }];
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

function untilHelp(spawn: () => SpawnedProcess): Start {
  const measure = async (context: BenchContext): Promise<number> => {
    const fromMs = nowMs();
    await using program = spawn();
    const { code } = await program.exited;
    if (code !== 0) context.fail(`--help ended with ${String(code)}.`);
    return nowMs() - fromMs;
  };
  return { goalMs: 300, measure };
}
