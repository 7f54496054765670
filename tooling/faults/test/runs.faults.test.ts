import { readdir } from 'node:fs/promises';
import { temporaryFolder } from '@runtape/e2e';
import { describe, expect, test } from 'vitest';
import { type StoreKind, STORES } from '../src/schedule/fault-kinds.ts';
import { spawnFaults } from './spawn-faults.ts';

// All runs of the harness are in one file, because tests of one file run one after the other: each
// run measures delays, and needs most of a core for that.

/** Otherwise only one short run, because the others take minutes. */
const isCi = process.env['CI'] === 'true';

interface Run {
  readonly length: string;
  readonly minutes: string;
  readonly store: StoreKind;
}

const minuteOn = (store: StoreKind): Run => ({ length: 'a minute', minutes: '1', store });

/** Outside CI. */
const short: Run = {
  length: 'nine seconds (a minute per store where CI=true)',
  minutes: '0.15',
  store: 'sqlite',
};

/** Set by CI from the commit; otherwise the harness draws one. The report names it. */
const given = process.env['FAULTS_SEED'];
const seed = given === undefined || given === '' ? [] : ['--seed', given];

const runs = isCi ? STORES.map(minuteOn) : [short];

for (const { length, minutes, store } of runs) {
  test(`F1: ${length} of the harness on ${store}: nothing lost, doubled or left over`, async () => {
    await using folder = await temporaryFolder();
    const args = ['--store', store, '--minutes', minutes, ...seed];
    await using faults = spawnFaults(args, folder.path);
    // Printed first, so that a run that does not reach its report can be repeated.
    const [said] = await faults.waitForLine(/Seed \d+\./);
    console.log(said);
    const { code } = await faults.exited;
    console.log(faults.stdout);
    // The output lists the problems.
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

interface Broken {
  /** The key in `cuts`. */
  readonly name: string;
  readonly args: string;
  /** The violation that must be found. */
  readonly finds: RegExp;
}

const SHORTLY = '--store sqlite --fault clock-jump --minutes 0.1';

const broken: readonly Broken[] = [
  {
    name: 'a quiet tail not checked, and the last message dropped',
    args: SHORTLY,
    finds: /^end_not_seen: /m,
  },
  {
    name: 'old attempts accepted',
    args: '--store redis --fault worker-freeze --minutes 0.5',
    finds: /^overtaken_append: /m,
  },
  {
    name: 'sequence numbers ignored, and some live messages dropped',
    args: SHORTLY,
    finds: /^lost: /m,
  },
  {
    name: 'a quiet tail not checked, and history read before watching',
    args: SHORTLY,
    finds: /^end_not_seen: /m,
  },
  { name: 'tokens merged across parts', args: SHORTLY, finds: /^merged_across_parts: /m },
  {
    name: 'events replayed after a snapshot',
    args: SHORTLY,
    finds: /^doubled: .*, plain-snapshot /m,
  },
];

const PRELOAD = import.meta.resolve('./laws/break-laws.ts');

/** Runs the harness with a law broken in the real programs. */
async function breakLaw(
  name: string,
  args: string,
): Promise<{ code: number | null; stderr: string }> {
  await using folder = await temporaryFolder();
  const url = `${PRELOAD}?${encodeURIComponent(name)}`;
  const env = { FAULTS_NODE_OPTIONS: `--import=${url}` };
  await using faults = spawnFaults([...args.split(' '), '--seed', '7'], folder.path, env);
  const { code } = await faults.exited;
  return { code, stderr: faults.stderr };
}

test.runIf(isCi)(
  'F1: with a correct log, the real programs pass even without their checks for a faulty one',
  async () => {
    const name = 'sequence numbers ignored, and a quiet tail not checked';
    const { code, stderr } = await breakLaw(
      name,
      '--store sqlite --fault server-link-cut --minutes 0.1',
    );
    expect(code === 0 ? 'exit 0' : stderr).toBe('exit 0');
  },
);

describe.runIf(isCi).concurrent('each law broken in the real programs is found', () => {
  for (const { name, args, finds } of broken) {
    test(`F1: ${name}`, async () => {
      const { code, stderr } = await breakLaw(name, args);
      expect(stderr).toMatch(finds);
      expect(code).toBe(1);
    });
  }
});
