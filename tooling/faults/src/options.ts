import { parseUsage, UsageError } from '@runtape/e2e';
import {
  type FaultKind,
  faultKindsOf,
  isFaultKind,
  STORES,
  type StoreKind,
  traitsOf,
} from './schedule/fault-kinds.ts';

export interface Options {
  readonly seed: number;
  readonly minutes: number;
  readonly store: StoreKind;
  /** The kinds of faults to inject. Default: all that the store supports. */
  readonly kinds: readonly FaultKind[] | undefined;
  /** Folder for the records, logs and outputs of the run. */
  readonly keep: string | undefined;
}

/** Reads the command line. @throws UsageError. */
export function readOptions(args: readonly string[], drawSeed: () => number): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const store = STORES.find((known) => known === values.store);
  if (store === undefined) throw new UsageError(`--store is one of ${STORES.join(', ')}.`);
  return {
    seed: values.seed === undefined ? drawSeed() : wholeNumber(values.seed),
    minutes: positive(values.minutes),
    store,
    kinds: values.fault?.map((kind) => kindOf(kind, store)),
    keep: values.keep,
  };
}

function parse(args: readonly string[]) {
  return parseUsage({
    args: [...args],
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string', default: '1' },
      store: { type: 'string', default: 'redis' },
      fault: { type: 'string', multiple: true },
      keep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

function kindOf(text: string, store: StoreKind): FaultKind {
  const kinds = faultKindsOf(store);
  if (isFaultKind(text) && kinds.includes(text)) return text;
  throw new UsageError(`--fault on ${store} is one of ${kinds.join(', ')}.`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value;
  throw new UsageError('--seed is a whole number.');
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && value <= 24 * 60) return value;
  throw new UsageError('--minutes is a number above 0.');
}

const kindLines = STORES.flatMap((store) => faultKindsOf(store))
  .filter((kind, index, all) => all.indexOf(kind) === index)
  .map(
    (kind) => `  ${kind.padEnd(24)}${traitsOf(kind).summary} (${traitsOf(kind).stores.join(', ')})`,
  );

export const help = `Usage: npx pnpm faults [--seed N] [--minutes M] [--store redis|cluster|sqlite] [--fault KIND]… [--keep DIR]

Runs the real programs under load, injects faults, and checks that every client received exactly what the log has.

  --seed N      chooses which fault happens when; drawn and printed when left out
  --minutes M   how long faults are injected, 1 by default; the run ends some time after that
  --store S     where workflows are stored, redis by default
  --fault KIND  inject only this kind of fault; may be repeated
  --keep DIR    write all records and the output of all programs to this folder
  --help        show this text

Prints a table. Exit codes: 0 no problem was found, 1 there were problems, 2 wrong usage.
The same seed gives the same schedule; the timing of the programs differs from run to run.

Kinds of faults:
${kindLines.join('\n')}`;
