import { describe, expect, test, vi } from 'vitest';
import type { Command } from '../port/commands.ts';
import { Run } from './harness.ts';
import { newWorkflow } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const anyNumber: unknown = expect.any(Number);

export function testCommanding(open: OpenStore): void {
  describe('commands', () => {
    test('E14: are kept in order, whichever handle they are sent through', async () => {
      await using store = await open();
      const other = await store.another();
      const run = await Run.start(store.log);
      const given: Command[] = [
        { type: 'pause', by: 'Ada' },
        { type: 'resume' },
        { type: 'cancel', by: 'Bo', reason: 'Too slow 🐢' },
      ];
      const seqs: number[] = [];
      for (const [index, command] of given.entries()) {
        const entry = await [store.log, other][index % 2]?.command(run.workflowId, command);
        expect(entry).toMatchObject({ command, at: anyNumber });
        if (entry) seqs.push(entry.seq);
      }
      expect(seqs).toEqual([1, 2, 3]);
      const all = await other.commands(run.workflowId, { after: 0 });
      expect(all.map(({ seq, command }) => ({ seq, command }))).toEqual(
        given.map((command, index) => ({ seq: index + 1, command })),
      );
      expect(await store.log.commands(run.workflowId, { after: 2 })).toEqual(all.slice(2));
      expect(await store.log.commands(run.workflowId, { after: 3 })).toEqual([]);
    });

    test('F4: can be sent before a worker runs the workflow', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      await store.log.command(record.workflowId, { type: 'cancel' });
      const run = await Run.begin(await store.another(), record.workflowId);
      expect(await run.log.commands(record.workflowId, { after: 0 })).toHaveLength(1);
    });

    test('F4: a watcher is notified of a command from any handle, and finds the command', async () => {
      await using store = await open();
      const other = await store.another();
      const { signal } = new AbortController();
      const run = await Run.start(store.log);
      const found = [0, 0];
      for (const [index, log] of [store.log, other].entries()) {
        const read = async () => {
          const commands = await log.commands(run.workflowId, { after: 0 });
          found[index] = Math.max(found[index] ?? 0, commands.length);
        };
        await log.watchCommands(run.workflowId, () => void read(), signal);
      }
      await other.command(run.workflowId, { type: 'pause' });
      await vi.waitFor(() => expect(found).toEqual([1, 1]), { interval: 2 });
      await store.log.command(run.workflowId, { type: 'cancel' });
      await vi.waitFor(() => expect(found).toEqual([2, 2]), { interval: 2 });
    });

    test('after the abort, watchers are not notified', async () => {
      await using store = await open();
      const leaving = new AbortController();
      const run = await Run.start(store.log);
      const [gone, still] = [vi.fn<() => void>(), vi.fn<() => void>()];
      await store.log.watchCommands(run.workflowId, gone, leaving.signal);
      await store.log.watchCommands(run.workflowId, still, new AbortController().signal);
      leaving.abort();
      await store.log.command(run.workflowId, { type: 'pause' });
      await vi.waitFor(() => expect(still).toHaveBeenCalled(), { interval: 2 });
      expect(gone).not.toHaveBeenCalled();
    });

    test('K1, F4: a command equal to the newest one is stored once; after the end it is refused', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const first = await store.log.command(run.workflowId, { type: 'cancel', by: 'Ada' });
      const other = await store.another();
      expect(await other.command(run.workflowId, { type: 'cancel', by: 'Bo' })).toEqual(first);
      await Promise.all(
        Array.from({ length: 20 }, () => other.command(run.workflowId, { type: 'cancel' })),
      );
      await run.end();
      const late = store.log.command(run.workflowId, { type: 'cancel' });
      await expect(late).rejects.toMatchObject({ code: 'workflow_closed' });
      expect(await store.log.commands(run.workflowId, { after: 0 })).toEqual([first]);
    });

    test('K1: when clients alternate commands, only the newest commands are kept, with their original numbers', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      for (let count = 0; count < 75; count += 1) {
        await store.log.command(run.workflowId, { type: 'pause' });
        await store.log.command(run.workflowId, { type: 'resume' });
      }
      const kept = await store.log.commands(run.workflowId, { after: 0 });
      expect(kept.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, n) => n + 51));
      expect(await store.log.commands(run.workflowId, { after: 149 })).toEqual(kept.slice(-1));
    });
  });
}
