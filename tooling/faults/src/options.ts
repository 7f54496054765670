import { parseArgs } from 'node:util';
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
  /** Only these; without it all there are for the store. */
  readonly kinds: readonly FaultKind[] | undefined;
  /** A folder for all records, logs and outputs of the run. */
  readonly keep: string | undefined;
}

/** The command line makes no sense; the message says what does. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; `help` when that is all that is wanted. @throws UsageError. */
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
  try {
    return parseArgs({
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
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
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

Runs the real programs under load, breaks them, and checks that every witness saw exactly what the log has.

  --seed N      what is broken when; one is drawn and printed when left out
  --minutes M   for how long things are broken, 1 when left out; the end of the run comes some time after
  --store S     what workflows are kept in, redis when left out
  --fault KIND  break only this; may be given several times
  --keep DIR    write everything that was recorded, and what the programs wrote, to this folder
  --help        this text

Prints a table, and exits 0 when nothing was wrong, 1 when something was, 2 for a command line it does not understand.
A seed replays its schedule; how the programs' own timing falls differs from run to run.

Kinds:
${kindLines.join('\n')}`;
