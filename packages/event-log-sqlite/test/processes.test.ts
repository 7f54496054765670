import { join } from 'node:path';
import type { Entry } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { workflowIdSchema } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { newWorkflow } from './fixtures/samples.ts';
import { Script } from './script.ts';
import { temporaryFolder } from './temporary-folder.ts';

const STORES = 40;

test('F8: three processes create and write one store concurrently', async () => {
  await using folder = await temporaryFolder();
  const scripts = ['write-stores', 'write-stores', 'write-stores'].map((name) => new Script(name));
  try {
    for (let round = 0; round < STORES; round += 1) {
      const file = join(folder.path, `new folder ${round}`, 'log.db');
      for (const script of scripts) script.send(file);
      const ids = await Promise.all(scripts.map((script) => script.line()));
      await using log = await openSqliteEventLog({ file });
      const { workflows } = await log.list({ limit: 10 });
      expect(workflows.map(({ workflowId }) => workflowId).toSorted()).toEqual(ids.toSorted());
      for (const id of ids) {
        const range = { after: 0, limit: 1000 };
        const { entries } = await log.read(workflowIdSchema.parse(id), range);
        expect(entries.map(({ seq }) => seq)).toEqual(
          Array.from({ length: 10 }, (_, index) => index + 1),
        );
      }
    }
  } finally {
    for (const script of scripts) await script.kill();
  }
});

test('C1: a reader follows the appends of another process, live and without a gap', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  await using log = await openSqliteEventLog({ file });
  const { record } = await log.create(newWorkflow());
  const { workflowId } = record;
  /** A page may be shorter than its limit, and the writer is fast. */
  const readAll = async (after: number): Promise<readonly Entry[]> => {
    const { entries } = await log.read(workflowId, { after, limit: 1000 });
    const last = entries.at(-1);
    return last === undefined ? [] : [...entries, ...(await readAll(last.seq))];
  };
  const heard: Entry[] = [];
  const hear = (entries: readonly Entry[]) => {
    for (const entry of entries) if (entry.seq === heard.length + 1) heard.push(entry);
  };
  const resync = async () => hear(await readAll(heard.length));
  const watcher = { entries: hear, resync: () => void resync() };
  await log.watch(workflowId, watcher, new AbortController().signal);
  await using writer = new Script('write-until-killed', [file, workflowId]);
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(100));
  await writer.kill();
  const entries = await readAll(0);
  await vi.waitFor(() => expect(heard.length).toBe(entries.length));
  expect(heard).toEqual(entries);
});

test('a read is consistent while another process writes', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  await using log = await openSqliteEventLog({ file });
  const { record } = await log.create(newWorkflow());
  const { workflowId } = record;
  await using writer = new Script('write-until-killed', [file, workflowId]);
  await writer.line();
  let after = 0;
  for (let reads = 0; reads < 300; reads += 1) {
    const page = await log.read(workflowId, { after, limit: 1_000 });
    expect(page.entries).toHaveLength(Math.min(page.record.tail - after, 1_000));
    after += page.entries.length;
  }
  expect(after).toBeGreaterThan(3);
});
