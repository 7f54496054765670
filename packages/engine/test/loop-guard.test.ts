import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createInProcessQueue, createWorker, createWorkflowStarter } from '../src/index.ts';
import { stalling, blockers } from './stalling.ts';

/** Long enough that a slow worker on a busy machine does not count as lost. */
const LEASE_MS = 4_000;
/** A step that only its abort ends. */
const FOREVER_MS = 600_000;
const PATIENCE = { interval: 20 };

async function openStore() {
  const folder = await mkdtemp(join(tmpdir(), 'runtape-engine-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'log.db');
  const log = await openSqliteEventLog({ file });
  onTestFinished(() => log.close());
  const queue = createInProcessQueue();
  onTestFinished(() => queue.close());
  const starter = createWorkflowStarter({ log, queue });
  const summary = { title: 'A title', target: 'somewhere' };
  return {
    folder,
    log,
    queue,
    start: async (workflow: string, input: { way?: string; ms: number; until?: string }) =>
      (await starter.start({ workflow, input, summary })).workflowId,
    /** Starts a worker in its own process. */
    work: (): ChildProcess => {
      const script = join(import.meta.dirname, 'stalling-process.ts');
      const child = spawn(process.execPath, [script, file, `${LEASE_MS}`], { stdio: 'inherit' });
      onTestFinished(() => void child.kill('SIGKILL'));
      return child;
    },
  };
}

test.for(Object.keys(blockers))(
  'K1: a step that blocks the event loop by %s fails its workflow in the first attempt, and its neighbours lose no attempt',
  async (way) => {
    const store = await openStore();
    const until = join(store.folder, 'it-may-go-on');
    const held = await store.start('stalling', { way, ms: FOREVER_MS, until });
    const neighbour = await store.start('patient', { ms: LEASE_MS });
    store.work();
    // These workers would take up the workflow if its worker seemed lost.
    store.work();
    await vi.waitFor(async () => {
      expect(await store.log.commands(held, { after: 0 })).toHaveLength(1);
    }, PATIENCE);
    await writeFile(until, '');
    await vi.waitFor(async () => {
      expect((await store.log.get(held))?.status).toBe('failed');
      expect((await store.log.get(neighbour))?.status).toBe('completed');
    }, PATIENCE);
    expect(await store.log.get(held)).toMatchObject({ attempt: 1 });
    expect(await store.log.get(neighbour)).toMatchObject({ attempt: 1 });
    const { entries } = await store.log.read(held, { after: 0, limit: 100 });
    expect(entries.at(-1)?.event.data).toMatchObject({ error: { code: 'event_loop_stalled' } });
  },
);

test('K1: even if its process is killed for that: the next worker ends the workflow and does not run it', async () => {
  const { log, queue, start, work } = await openStore();
  const held = await start('stalling', { way: 'a loop', ms: FOREVER_MS });
  const child = work();
  await vi.waitFor(async () => {
    expect(await log.commands(held, { after: 0 })).toHaveLength(1);
  }, PATIENCE);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const onRun = vi.fn<() => void>();
  const worker = createWorker({ log, queue, definitions: [stalling(onRun)], leaseMs: LEASE_MS });
  await worker.start();
  onTestFinished(() => worker.stop({ graceMs: 0 }));
  await vi.waitFor(async () => expect((await log.get(held))?.status).toBe('failed'), PATIENCE);
  expect(onRun).not.toHaveBeenCalled();
});

test('K1: a pause shorter than a lease does not count as a failure', async () => {
  const { log, start, work } = await openStore();
  const short = await start('stalling', { way: 'a loop', ms: LEASE_MS / 4 });
  work();
  await vi.waitFor(async () => {
    const { entries } = await log.read(short, { after: 0, limit: 100 });
    expect(entries.map(({ event }) => event.type)).toContain('step:completed');
  }, PATIENCE);
  expect(await log.commands(short, { after: 0 })).toEqual([]);
});
