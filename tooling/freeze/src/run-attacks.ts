import type { Attack } from './attack.ts';
import { attacks } from './attacks/index.ts';
import { type PulseReport, startPulse } from './pulse.ts';
import { type Stand, startStand, type StoreKind } from './stand.ts';

/** What came of one attack. */
export interface Outcome extends PulseReport {
  readonly store: StoreKind;
  readonly attack: string;
  /** What the server made of it. */
  readonly result: string;
}

export interface RunOptions {
  readonly stores: readonly StoreKind[];
  /** Names; without it all. */
  readonly attacks: readonly string[] | undefined;
  /** Hears what is done now, for a person. */
  readonly say: (message: string) => void;
}

/** Attacks a server on each store, in one way after the other. */
export async function runAttacks(options: RunOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const store of options.stores) {
    const wanted = attacks.filter(
      ({ name, stores }) =>
        (options.attacks?.includes(name) ?? true) && (stores?.includes(store) ?? true),
    );
    outcomes.push(...(await attackOneServer(store, wanted, options)));
    for (const attack of wanted.filter(({ env }) => env !== undefined)) {
      await using stand = await startStand(store, attack.env?.(store) ?? {}, attack.seed);
      outcomes.push(await measure(attack, stand, options));
    }
  }
  return outcomes;
}

/** Those that want no settings of their own, on one server. */
async function attackOneServer(
  store: StoreKind,
  wanted: readonly Attack[],
  options: RunOptions,
): Promise<readonly Outcome[]> {
  const together = wanted.filter(({ env }) => env === undefined);
  if (together.length === 0) return [];
  await using stand = await startStand(store, {});
  const outcomes: Outcome[] = [];
  for (const attack of together) outcomes.push(await measure(attack, stand, options));
  return outcomes;
}

async function measure(attack: Attack, stand: Stand, { say }: RunOptions): Promise<Outcome> {
  const { store } = stand;
  say(`${store}: ${attack.name} …`);
  await attack.prepare?.(stand);
  await using pulse = startPulse(stand.url);
  // Its first questions, and what was prepared, do not count.
  await pulse.report();
  const result = await attack.attack(stand).catch((error: unknown) => `failed: ${String(error)}`);
  const report = await pulse.report();
  say(`${store}: ${attack.name}: worst answer ${report.worstMs} ms; ${result}`);
  return { store, attack: attack.name, result, ...report };
}
