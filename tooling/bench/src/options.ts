import { parseUsage, UsageError } from '@runtape/e2e';
import { benches } from './benches/index.ts';

const DEFAULT_ROUNDS = 5;

export interface Options {
  /** Names of benches, in the order in which they run. */
  readonly names: readonly string[];
  readonly rounds: number;
  /** Small counts and one round, to check that everything runs and nothing is lost. */
  readonly isQuick: boolean;
  /** Prints JSON instead of tables. */
  readonly json: boolean;
  /** Writes charts and JSON to `docs/benchmarks`, and tables to `docs/performance.md`. */
  readonly save: boolean;
}

/** Reads the command line. @throws UsageError. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const known = benches.map(({ name }) => name);
  for (const name of positionals) {
    if (!known.includes(name)) {
      throw new UsageError(`There is no bench "${name}". There are ${known.join(', ')}.`);
    }
  }
  const rounds = Number(values.rounds ?? (values.quick ? 1 : DEFAULT_ROUNDS));
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 100)) {
    throw new UsageError('--rounds must be a whole number from 1 to 100.');
  }
  if (values.save && values.quick) {
    throw new UsageError(
      'The figures of --quick mean nothing, so they cannot be saved. Leave out --quick or --save.',
    );
  }
  const names = known.filter((name) => positionals.length === 0 || positionals.includes(name));
  return { names, rounds, isQuick: values.quick, json: values.json, save: values.save };
}

function parse(args: readonly string[]) {
  return parseUsage({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
}

export const help = `Usage: npx pnpm@12 bench [name…] [options]

Measures the real programs, the limit of what is possible, and other libraries, in the same interleaved rounds. Every
event is checked where it arrives: a lost or doubled one fails the bench. Without names, all benches run. The figures
mean something only on a machine that does nothing else.

  --rounds N  How many rounds count, after one to warm up. Default: ${DEFAULT_ROUNDS}.
  --quick     Run one round with small counts, to check that everything runs and nothing is lost. Its figures mean nothing.
  --json      Print one JSON object, {machine, results}, instead of tables.
  --save      Write JSON and charts to docs/benchmarks, and update the tables of docs/performance.md.
  --help      Show this text.

Benches:
${benches.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}

Exit codes: 0 everything was measured, 1 an event was lost or doubled, or a measured program failed, 2 wrong usage.`;
