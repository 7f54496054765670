import { parseUsage, UsageError } from '@runtape/e2e';
import { attacks } from './attacks/index.ts';
import { STORES, type StoreKind } from './attacked-server.ts';

const DEFAULT_LIMIT_MS = 2000;

export interface Options {
  readonly stores: readonly StoreKind[];
  /** Names of attacks. Default: all. */
  readonly attacks: readonly string[] | undefined;
  /** How much longer a response may take than that of an idle server, in ms. */
  readonly limitMs: number;
  /** Runs smaller attacks that take a minute in all. */
  readonly isQuick: boolean;
  /** Prints JSON instead of a table. */
  readonly json: boolean;
}

/** Reads the command line. @throws UsageError. */
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
  return parseUsage({
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
}

export const help = `Usage: npx pnpm@12 freeze [options]

Starts the real server, attacks it in one way after another, and measures for how long it does not answer other clients: a
separate process requests /api/health every 10 ms. It also requests it from an idle server, to show how much of the time is
due to the machine. Prints the slowest answer during each attack, which is below 200 ms on an idle machine.

  --store sqlite|redis|both  Where the server stores workflows. Default: both.
  --attack NAME              Run only this attack; may be repeated. Default: all.
  --limit-ms MS              How much slower than the idle server an answer may be. Default: ${DEFAULT_LIMIT_MS}.
  --quick                    Run smaller attacks: about a minute for each store.
  --json                     Print JSON instead of a table.
  --help                     Show this text.

Attacks:
${attacks.map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`).join('\n')}

Exit codes: 0 all answers came in time, 1 one did not or an attack failed, 2 wrong usage.`;
