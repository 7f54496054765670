import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createInProcessQueue, createWorker, createWorkflowStarter } from '../src/index.ts';
import { twoSteps } from './two-steps.ts';

/** Long enough that a slow worker on a busy machine does not count as killed. */
const LEASE_MS = 3_000;
const PATIENCE = { interval: 20 };

test('F5: F8: another process continues, from the file, what a killed worker left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'runtape-engine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'log.db');
  await using log = await openSqliteEventLog({ file });
  const queue = createInProcessQueue();
  const starter = createWorkflowStarter({ log, queue });
  const summary = { title: 'A title', target: 'somewhere' };
  const { workflowId } = await starter.start({ workflow: 'two-steps', input: null, summary });

  const script = join(import.meta.dirname, 'worker-process.ts');
  const child = spawn(process.execPath, [script, file, `${LEASE_MS}`], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await vi.waitFor(async () => {
    // Some tokens must be stored: the test is about a kill in the middle of an append.
    expect((await log.get(workflowId))?.tail ?? 0).toBeGreaterThan(20);
  }, PATIENCE);
  child.kill('SIGKILL');
  await once(child, 'exit');

  const options = { log, queue, definitions: [twoSteps()], leaseMs: LEASE_MS };
  const worker = createWorker(options);
  await worker.start();
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  await vi.waitFor(async () => {
    expect((await log.get(workflowId))?.status).toBe('completed');
  }, PATIENCE);

  const { entries } = await log.read(workflowId, { after: 0, limit: 100_000 });
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  const events = entries.map(({ event }) => event).filter(({ type }) => type !== 'token');
  expect(events.map(({ type, metadata }) => [type, metadata?.attempt, metadata?.step])).toEqual([
    ['workflow:started', 1, undefined],
    ['workflow:running', 1, undefined],
    ['step:started', 1, 'one'],
    ['step:completed', 1, 'one'],
    ['step:started', 1, 'two'],
    ['workflow:retrying', 2, undefined],
    ['workflow:running', 2, undefined],
    ['step:started', 2, 'two'],
    ['step:completed', 2, 'two'],
    ['workflow:completed', 2, undefined],
  ]);
  expect(events.at(-1)?.data).toMatchObject({ result: { one: child.pid, two: process.pid } });
  await worker.stop();
  await queue.close();
});
