import { type SpawnedProcess, spawnProcess } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { runNemesis } from '../src/nemesis.ts';
import { Program } from '../src/programs/program.ts';
import type { Cluster } from '../src/programs/cluster.ts';
import type { FaultWindow } from '../src/records.ts';

test('F1: a program that cannot be restarted ends the fault schedule, and the faults until then are recorded', async () => {
  let starts = 0;
  const start = async (): Promise<SpawnedProcess> => {
    if (starts++ > 0) throw new Error('Its file is gone.');
    return spawnProcess(process.execPath, ['-e', 'setInterval(() => {}, 1_000);']);
  };
  const options = { name: 'server 1', port: null, start, readyWithinMs: 1 };
  await using program = await Program.launch(options);
  const cluster: Cluster = {
    servers: [program],
    workers: [],
    writer: program,
    writerOrigin: '',
    serverLinks: [],
    redis: [],
    openLog: () => Promise.reject(new Error('Nobody asks for it.')),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const fault = { forMs: 1, target: 0, way: 0 };
  const schedule = [
    { ...fault, kind: 'server-freeze', atMs: 0 },
    { ...fault, kind: 'server-kill', atMs: 1 },
    { ...fault, kind: 'server-freeze', atMs: 600_000 },
  ] as const;
  const stuck = new AbortController();
  const faultWindows: FaultWindow[] = [];
  const troubles: string[] = [];
  await runNemesis(cluster, schedule, stuck.signal, {
    report: () => {},
    onHealed: (faultWindow) => faultWindows.push(faultWindow),
    onFailed: (trouble) => {
      troubles.push(trouble);
      stuck.abort();
    },
  });
  expect(faultWindows).toMatchObject([{ kind: 'server-freeze', target: 'server 1' }]);
  expect(troubles).toEqual(['server-kill, planned at 1 ms, failed: Its file is gone.']);
  await program.stop();
  expect(program.leftovers).toEqual([]);
});
