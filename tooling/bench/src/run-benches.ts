import { type RedisServer, startRedis } from '@runtape/redis';
import { temporaryFolder } from '@runtape/e2e';
import type { BenchContext } from './bench.ts';
import { benches } from './benches/index.ts';
import { describeMachine, type Machine } from './measure/machine.ts';
import type { Options } from './options.ts';
import { assignCpus, pin } from './processes/pin.ts';
import { type Summary, summarize } from './report/result.ts';

interface Problem {
  readonly bench: string;
  readonly message: string;
}

export interface Report {
  readonly machine: Machine;
  readonly summaries: readonly Summary[];
  /** The reasons why the run failed; empty if it succeeded. */
  readonly problems: readonly Problem[];
}

/** Called after each bench that succeeded, so that a later failure cannot lose its results. */
type Keep = (machine: Machine, summaries: readonly Summary[]) => Promise<void>;

/** Runs benches one after the other. @param report receives progress messages. */
export async function runBenches(
  { names, rounds, isQuick }: Pick<Options, 'names' | 'rounds' | 'isQuick'>,
  report: (message: string) => void,
  keep: Keep = () => Promise.resolve(),
): Promise<Report> {
  const cpus = await assignCpus();
  const machine = describeMachine(cpus);
  const problems: Problem[] = [];
  const summaries: Summary[] = [];
  for (const bench of benches.filter(({ name }) => names.includes(name))) {
    await using started = new AsyncDisposableStack();
    const folder = started.use(await temporaryFolder()).path;
    let redis: Promise<RedisServer> | undefined;
    started.defer(async () => await (await redis)?.stop());
    const context: BenchContext = {
      rounds,
      isQuick,
      cpus,
      folder,
      redis: () => (redis ??= startPinnedRedis(cpus.load)),
      report: (message) => report(`${bench.name}: ${message}`),
      fail: (message) => problems.push({ bench: bench.name, message }),
    };
    try {
      const tables = await bench.run(context);
      const own = tables.map((table) => summarize(bench.name, table));
      summaries.push(...own);
      for (const { name, value } of own.flatMap(({ results }) => results)) {
        if (!Number.isFinite(value)) context.fail(`${name}: there is no figure.`);
      }
      if (problems.every((problem) => problem.bench !== bench.name)) await keep(machine, own);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push({ bench: bench.name, message });
    }
  }
  return { machine, summaries, problems };
}

async function startPinnedRedis(cpu: number | undefined): Promise<RedisServer> {
  const redis = await startRedis();
  if (cpu !== undefined) await pin(redis.pid, cpu);
  return redis;
}
