import { join } from 'node:path';
import type { Entry } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { workflowIdSchema } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { newWorkflow } from './fixtures/samples.ts';
import { Script } from './script.ts';
import { temporaryFolder } from './temporary-folder.ts';

const STORES = 40;

test('F8: three processes create and write one store at the same moment', async () => {
  await using folder = await temporaryFolder();
  const scripts = ['write-stores', 'write-stores', 'write-stores'].map((name) => new Script(name));
  try {
    for (let round = 0; round < STORES; round += 1) {
      const file = join(folder.path, `new folder ${round}`, 'log.db');
      for (const script of scripts) script.say(file);
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
}, 30_000);

test('C1: what another process appends is announced here, whole and in order', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'log.db');
  await using log = await openSqliteEventLog({ file });
  const { workflowId } = newWorkflow();
  await log.create({ ...newWorkflow(), workflowId });
  const heard: Entry[] = [];
  const watcher = {
    entries: (entries: readonly Entry[]) => void heard.push(...entries),
    doubt: () => {
      throw new Error('There was no reason for doubt.');
    },
  };
  await log.watch(workflowId, watcher, new AbortController().signal);
  await using writer = new Script('write-until-killed', [file, workflowId]);
  await vi.waitFor(() => expect(heard.length).toBeGreaterThan(100), { timeout: 10_000 });
  await writer.kill();
  const { tail } = (await log.get(workflowId)) ?? { tail: 0 };
  await vi.waitFor(() => expect(heard.length).toBe(tail));
  const { entries } = await log.read(workflowId, { after: 0, limit: 1_000_000 });
  expect(heard).toEqual(entries);
}, 30_000);
