import { readdir } from 'node:fs/promises';
import { temporaryFolder } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { type StoreKind, STORES } from '../src/schedule/fault-kinds.ts';
import { spawnFaults } from './spawn-faults.ts';

interface Run {
  readonly length: string;
  readonly minutes: string;
  readonly store: StoreKind;
}

const minuteOn = (store: StoreKind): Run => ({ length: 'a minute', minutes: '1', store });

/** What a person gets, who waits for it. */
const short: Run = {
  length: 'nine seconds (a minute per store where CI=true)',
  minutes: '0.15',
  store: 'sqlite',
};

/** Given by CI, from the commit; without it the harness draws one. Its report says which it was. */
const given = process.env['FAULTS_SEED'];
const seed = given === undefined || given === '' ? [] : ['--seed', given];

const runs = process.env['CI'] === 'true' ? STORES.map(minuteOn) : [short];

for (const { length, minutes, store } of runs) {
  test(`F1: ${length} of the harness on ${store}: nothing lost, doubled or left over`, async () => {
    await using folder = await temporaryFolder();
    const args = ['--store', store, '--minutes', minutes, ...seed];
    await using faults = spawnFaults(args, folder.path);
    // Said first, so that a run that does not come to its report can be repeated as well.
    const [said] = await faults.waitForLine(/Seed \d+\./);
    console.log(said);
    const { code } = await faults.exited;
    console.log(faults.stdout);
    // What was wrong is said there.
    expect(code === 0 ? 'exit 0' : faults.stderr).toBe('exit 0');
    expect(faults.stdout).toMatch(/^lost +0$/m);
    expect(faults.stdout).toMatch(/^doubled +0$/m);
    expect(faults.stdout).toMatch(/^crashes +0$/m);
    expect(faults.stdout).toMatch(/^leftovers +0$/m);
    expect(faults.stdout).toMatch(/^snapshots instead of history +[1-9]/m);
    expect(faults.stdout).toMatch(/^faults injected +[1-9]/m);
    expect(faults.stdout).toMatch(/^deliveries checked +[1-9]\d\d/m);
    expect(await readdir(folder.path)).toEqual([]);
  });
}
