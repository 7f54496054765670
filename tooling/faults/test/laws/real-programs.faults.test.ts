import { temporaryFolder } from '@runtape/e2e';
import { describe, expect, test } from 'vitest';
import { spawnFaults } from '../spawn-faults.ts';

interface Broken {
  /** Of the cuts. */
  readonly name: string;
  readonly args: string;
  /** What has to be found. */
  readonly finds: RegExp;
}

const SHORTLY = '--store sqlite --fault clock-jump --minutes 0.1';

const broken: readonly Broken[] = [
  {
    name: 'a quiet tail that does not ask, and the last message dropped',
    args: SHORTLY,
    finds: /^end_not_seen: /m,
  },
  {
    name: 'old attempts accepted',
    args: '--store redis --fault worker-freeze --minutes 0.5',
    finds: /^overtaken_append: /m,
  },
  {
    name: 'numbers not looked at, and some live messages dropped',
    args: SHORTLY,
    finds: /^lost: /m,
  },
  {
    name: 'a quiet tail that does not ask, and history read before watching',
    args: SHORTLY,
    finds: /^end_not_seen: /m,
  },
  { name: 'tokens merged across parts', args: SHORTLY, finds: /^merged_across_parts: /m },
  {
    name: 'events that begin again after a snapshot',
    args: SHORTLY,
    finds: /^doubled: .*, plain-snapshot /m,
  },
];

const PRELOAD = import.meta.resolve('./break-laws.ts');

async function run(name: string, args: string): Promise<{ code: number | null; stderr: string }> {
  await using folder = await temporaryFolder();
  const url = `${PRELOAD}?${encodeURIComponent(name)}`;
  const env = { FAULTS_NODE_OPTIONS: `--import=${url}` };
  await using faults = spawnFaults([...args.split(' '), '--seed', '7'], folder.path, env);
  const { code } = await faults.exited;
  return { code, stderr: faults.stderr };
}

/** A minute each, so only who asks for them by CI=true gets these. */
const isAskedFor = process.env['CI'] === 'true';

test.runIf(isAskedFor)(
  'F1: with a correct log, the real programs pass even without their checks for a faulty one',
  async () => {
    const name = 'numbers not looked at, and a quiet tail that does not ask';
    const { code, stderr } = await run(
      name,
      '--store sqlite --fault server-link-cut --minutes 0.1',
    );
    expect(code === 0 ? 'exit 0' : stderr).toBe('exit 0');
  },
);

describe.runIf(isAskedFor).concurrent('each law broken in the real programs is found', () => {
  for (const { name, args, finds } of broken) {
    test(`F1: ${name}`, async () => {
      const { code, stderr } = await run(name, args);
      expect(stderr).toMatch(finds);
      expect(code).toBe(1);
    });
  }
});
