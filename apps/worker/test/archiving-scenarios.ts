import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { archiveWorkflow, type EventLog, readArchive } from '@runtape/event-log';
import { removeEnded } from '@runtape/engine';
import type { WorkflowId } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { archiveInto, archivePath } from '../src/write-archive-file.ts';
import { endedWorkflow, idsIn } from './ended-workflow.ts';

const DAY_MS = 86_400_000;

async function textOf(log: EventLog, workflowId: WorkflowId): Promise<string> {
  let text = '';
  for await (const line of archiveWorkflow(log, workflowId)) text += line;
  return text;
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array, void> {
  yield await readFile(path);
}

/** The guarantees of archiving before removal, for any log. */
export function testArchiving(name: string, openLog: (folder: string) => Promise<EventLog>): void {
  async function open() {
    const folder = await mkdtemp(join(tmpdir(), 'runtape-archive-'));
    const log = await openLog(folder);
    const archiveDir = join(folder, 'deep', 'archive');
    const archive = (options: { before?: number; signal?: AbortSignal } = {}) =>
      removeEnded({
        log,
        archive: archiveInto(archiveDir),
        endedBefore: options.before ?? Date.now() + DAY_MS,
        signal: options.signal ?? new AbortController().signal,
      });
    const dispose = async (): Promise<void> => {
      await log.close();
      await rm(folder, { recursive: true, force: true });
    };
    return { log, archiveDir, archive, [Symbol.asyncDispose]: dispose };
  }

  describe(`archiving before removing: ${name}`, () => {
    test('A4: the file equals the log byte for byte, and the workflow is then removed from the log', async () => {
      await using place = await open();
      const { log, archiveDir } = place;
      const id = await endedWorkflow(log, 'wf_aaaaaaaaaaaaaaaa');
      const text = await textOf(log, id);
      const { entries } = await log.read(id, { after: 0, limit: 10 });
      await place.archive();
      expect(await readFile(archivePath(archiveDir, id), 'utf8')).toBe(text);
      expect(await readdir(archiveDir)).toEqual([`${id}.ndjson`]);
      expect(await idsIn(log)).toEqual([]);
      const archive = await readArchive(bytesOf(archivePath(archiveDir, id)));
      const read = [];
      for await (const entry of archive.entries) read.push(entry);
      expect(read).toEqual(entries);
    });

    test('A4: a workflow that ended too recently is neither archived nor removed', async () => {
      await using place = await open();
      const { log, archiveDir } = place;
      const young = await endedWorkflow(log, 'wf_aaaaaaaaaaaaaaaa');
      const record = await log.get(young);
      await place.archive({ before: record?.endedAt ?? 0 });
      expect(await idsIn(log)).toEqual([young]);
      await expect(readdir(archiveDir)).rejects.toMatchObject({ code: 'ENOENT' });
    });

    test('A4: a workflow that cannot be archived is reported and not removed; all others are archived', async () => {
      await using place = await open();
      const { log, archiveDir } = place;
      const bad = await endedWorkflow(log, 'wf_bbbbbbbbbbbbbbbb');
      await endedWorkflow(log, 'wf_aaaaaaaaaaaaaaaa');
      await endedWorkflow(log, 'wf_cccccccccccccccc');
      // A folder has the name of the file.
      await mkdir(archivePath(archiveDir, bad), { recursive: true });
      await expect(place.archive()).rejects.toMatchObject({
        code: 'archive_not_written',
        message: expect.stringMatching(new RegExp(`1 workflow.*${bad}`)),
      });
      expect(await idsIn(log)).toEqual([bad]);
      expect((await readdir(archiveDir)).filter((file) => file.endsWith('.tmp'))).toEqual([]);
      await rm(archivePath(archiveDir, bad), { recursive: true });
      await place.archive();
      expect(await idsIn(log)).toEqual([]);
      expect(await readdir(archiveDir)).toHaveLength(3);
    });

    test('A4: after a crash between archiving and removal, the workflow is archived to the same file again', async () => {
      await using place = await open();
      const { log, archiveDir } = place;
      const id = await endedWorkflow(log, 'wf_aaaaaaaaaaaaaaaa');
      const text = await textOf(log, id);
      const crash = new Proxy(log, {
        get: (target, key) =>
          key === 'expire' ? () => Promise.reject(new Error('crash')) : bound(target, key),
      });
      const endedBefore = Date.now() + DAY_MS;
      const { signal } = new AbortController();
      await expect(
        removeEnded({ log: crash, archive: archiveInto(archiveDir), endedBefore, signal }),
      ).rejects.toThrow('crash');
      expect(await readFile(archivePath(archiveDir, id), 'utf8')).toBe(text);
      expect(await idsIn(log)).toEqual([id]);
      await place.archive();
      expect(await readFile(archivePath(archiveDir, id), 'utf8')).toBe(text);
      expect(await readdir(archiveDir)).toHaveLength(1);
      expect(await idsIn(log)).toEqual([]);
    });

    test('A4: two concurrent sweeps archive everything completely, without a failure', async () => {
      await using place = await open();
      const { log, archiveDir } = place;
      const all = Array.from({ length: 30 }, (_, n) => `wf_${String(n).padStart(16, '0')}`);
      const texts = new Map<string, string>();
      for (const id of all) {
        const workflowId = await endedWorkflow(log, id);
        texts.set(`${id}.ndjson`, await textOf(log, workflowId));
      }
      await Promise.all([place.archive(), place.archive()]);
      expect(await idsIn(log)).toEqual([]);
      const files = await readdir(archiveDir);
      expect(files.toSorted()).toEqual([...texts.keys()].toSorted());
      for (const file of files) {
        expect(await readFile(join(archiveDir, file), 'utf8')).toBe(texts.get(file));
      }
    });

    test('A4: an aborted sweep leaves no partial file and removes nothing', async () => {
      await using place = await open();
      const { log, archiveDir } = place;
      const id = await endedWorkflow(log, 'wf_aaaaaaaaaaaaaaaa');
      const stop = new AbortController();
      const stopping = new Proxy(log, {
        get: (target, key) => {
          if (key === 'get') stop.abort();
          return bound(target, key);
        },
      });
      const endedBefore = Date.now() + DAY_MS;
      const { signal } = stop;
      await expect(
        removeEnded({ log: stopping, archive: archiveInto(archiveDir), endedBefore, signal }),
      ).rejects.toMatchObject({ name: 'AbortError' });
      expect(await readdir(archiveDir)).toEqual([]);
      expect(await idsIn(log)).toEqual([id]);
    });
  });
}

/** Adapters have private fields, which are not accessible through a proxy. */
function bound(log: EventLog, key: string | symbol): unknown {
  const value: unknown = Reflect.get(log, key);
  return typeof value === 'function' ? value.bind(log) : value;
}
