import { freePort } from '@runtape/e2e';
import type { Attack } from './attack.ts';
import { attacks } from './attacks/index.ts';
import { type Pulse, type PulseReport, startPulse } from './pulse.ts';
import { type Stand, startStand, type StoreKind } from './stand.ts';

/** What came of one attack. */
export interface Outcome extends PulseReport {
  readonly store: StoreKind;
  readonly attack: string;
  /** What the server made of it. */
  readonly result: string;
  /** Why it could not be made; `null` when it could. */
  readonly error: string | null;
}

export interface RunOptions {
  readonly stores: readonly StoreKind[];
  /** Names; without it all. */
  readonly attacks: readonly string[] | undefined;
  /** Smaller attacks, for a minute in all. */
  readonly isQuick: boolean;
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
      outcomes.push(await attackAnother(store, attack, options));
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
  await using stand = await startStand(store, {
    port: await freePort(),
    isQuick: options.isQuick,
  });
  await using pulse = await startPulse(stand.url);
  const outcomes: Outcome[] = [];
  for (const attack of together) {
    options.say(`${store}: ${attack.name} …`);
    outcomes.push(await measure(attack, stand, pulse, options));
  }
  return outcomes;
}

/** One on a server of its own. */
async function attackAnother(
  store: StoreKind,
  attack: Attack,
  options: RunOptions,
): Promise<Outcome> {
  options.say(`${store}: ${attack.name} …`);
  const port = await freePort();
  await using pulse = await startPulse(`http://127.0.0.1:${port}`);
  await using stand = await startStand(store, {
    port,
    isQuick: options.isQuick,
    env: attack.env?.(store),
    seed: attack.seed,
  });
  return await measure(attack, stand, pulse, options);
}

async function measure(
  attack: Attack,
  stand: Stand,
  pulse: Pulse,
  { say }: RunOptions,
): Promise<Outcome> {
  await attack.prepare?.(stand);
  // What was asked by now does not count.
  if (!attack.fromStart) await pulse.report();
  const { store } = stand;
  const { result, error } = await attack.attack(stand).then(
    (made) => ({ result: made, error: null }),
    (reason: unknown) => ({ result: 'nothing', error: String(reason) }),
  );
  const report = await pulse.report();
  say(
    `${store}: ${attack.name}: worst answer ${report.worstMs} ms (idle server: ${report.idleMs} ms); ${error ?? result}`,
  );
  return { store, attack: attack.name, result, error, ...report };
}
