import { freePort } from '@runtape/e2e';
import type { Attack } from './attack.ts';
import { attacks } from './attacks/index.ts';
import { type Probe, type ProbeReport, startProbe } from './probe.ts';
import { type AttackedServer, startAttackedServer, type StoreKind } from './attacked-server.ts';

/** The result of one attack. */
export interface Outcome extends ProbeReport {
  readonly store: StoreKind;
  readonly attack: string;
  /** The server's reaction. */
  readonly result: string;
  /** The reason why the attack failed; `null` if it succeeded. */
  readonly error: string | null;
}

export interface RunOptions {
  readonly stores: readonly StoreKind[];
  /** Names of attacks. Default: all. */
  readonly attacks: readonly string[] | undefined;
  /** Runs smaller attacks that take a minute in all. */
  readonly isQuick: boolean;
  /** Receives progress messages. */
  readonly onProgress: (message: string) => void;
}

/** Attacks a server on each store, one attack after another. */
export async function runAttacks(options: RunOptions): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const store of options.stores) {
    const wanted = attacks.filter(
      ({ name, stores }) =>
        (options.attacks?.includes(name) ?? true) && (stores?.includes(store) ?? true),
    );
    outcomes.push(...(await attackSharedServer(store, wanted, options)));
    for (const attack of wanted.filter(({ env }) => env !== undefined)) {
      outcomes.push(await attackOwnServer(store, attack, options));
    }
  }
  return outcomes;
}

/** Runs all attacks without settings of their own on one server. */
async function attackSharedServer(
  store: StoreKind,
  wanted: readonly Attack[],
  options: RunOptions,
): Promise<readonly Outcome[]> {
  const together = wanted.filter(({ env }) => env === undefined);
  if (together.length === 0) return [];
  await using attacked = await startAttackedServer(store, {
    port: await freePort(),
    isQuick: options.isQuick,
  });
  await using probe = await startProbe(attacked.url);
  const outcomes: Outcome[] = [];
  for (const attack of together) {
    options.onProgress(`${store}: ${attack.name} …`);
    outcomes.push(await measure(attack, attacked, probe, options));
  }
  return outcomes;
}

/** Runs an attack on a separate server. */
async function attackOwnServer(
  store: StoreKind,
  attack: Attack,
  options: RunOptions,
): Promise<Outcome> {
  options.onProgress(`${store}: ${attack.name} …`);
  const port = await freePort();
  await using probe = await startProbe(`http://127.0.0.1:${port}`);
  await using attacked = await startAttackedServer(store, {
    port,
    isQuick: options.isQuick,
    env: attack.env?.(store),
    seed: attack.seed,
  });
  return await measure(attack, attacked, probe, options);
}

async function measure(
  attack: Attack,
  attacked: AttackedServer,
  probe: Probe,
  { onProgress }: RunOptions,
): Promise<Outcome> {
  await attack.prepare?.(attacked);
  // Requests up to now do not count.
  if (!attack.fromStart) await probe.report();
  const { store } = attacked;
  const { result, error } = await attack.attack(attacked).then(
    (made) => ({ result: made, error: null }),
    (reason: unknown) => ({ result: 'nothing', error: String(reason) }),
  );
  const report = await probe.report();
  onProgress(
    `${store}: ${attack.name}: slowest answer ${report.worstMs} ms (idle server: ${report.idleMs} ms); ${error ?? result}`,
  );
  return { store, attack: attack.name, result, error, ...report };
}
