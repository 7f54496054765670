import { parseArgs } from 'node:util';
import { attacks } from './attacks/index.ts';
import { STORES, type StoreKind } from './stand.ts';

const DEFAULT_LIMIT_MS = 2000;

export interface Options {
  readonly stores: readonly StoreKind[];
  /** Names of attacks; without it all. */
  readonly attacks: readonly string[] | undefined;
  /** By how much an answer may take longer than that of an idle server, in ms. */
  readonly limitMs: number;
  /** Smaller attacks, for a minute in all. */
  readonly isQuick: boolean;
  /** Prints JSON instead of a table. */
  readonly json: boolean;
}

/** The command line makes no sense; the message says what does. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the command line; `help` when that is all that is wanted. @throws UsageError. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const known = attacks.map(({ name }) => name);
  for (const name of values.attack ?? []) {
    if (!known.includes(name)) throw new UsageError(`There is no attack "${name}".`);
  }
  const limitMs = Number(values['limit-ms']);
  if (!(limitMs > 0)) throw new UsageError('--limit-ms is a number above 0.');
  const store = STORES.find((each) => each === values.store);
  if (store === undefined && values.store !== 'both') {
    throw new UsageError('--store is sqlite, redis or both.');
  }
  const stores = store === undefined ? STORES : [store];
  const { attack, quick: isQuick, json } = values;
  return { stores, attacks: attack, limitMs, isQuick, json };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        store: { type: 'string', default: 'both' },
        attack: { type: 'string', multiple: true },
        'limit-ms': { type: 'string', default: String(DEFAULT_LIMIT_MS) },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

export const help = `npx pnpm@12 freeze [options]

Starts the real server, attacks it in one way after the other, and asks /api/health every 10 ms from a process of its own
meanwhile, and a server that does nothing else as well, to tell what is the machine's doing. Prints the worst answer for each
attack. On an idle machine it is below 200 ms.

  --store sqlite|redis|both  Where the server keeps workflows. Default: both.
  --attack NAME              Only this one; may be given several times. Default: all.
  --limit-ms MS              How much longer than an idle server it may take to answer. Default: ${DEFAULT_LIMIT_MS}.
  --quick                    Smaller attacks: about a minute for each store.
  --json                     Prints JSON instead of a table.

Attacks:
${attacks.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`).join('\n')}

Exit codes: 0 all answers came in time, 1 one did not or an attack could not be made, 2 wrong usage.`;
