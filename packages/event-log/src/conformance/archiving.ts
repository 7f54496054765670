import { decodeEvent } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { archiveWorkflow } from '../archive/archive-workflow.ts';
import type { EventLog } from '../port/event-log.ts';
import { readArchive } from '../archive/read-archive.ts';
import { readAll, recordOf, Run } from './harness.ts';
import { completed, newWorkflowId, running, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

/** Texts that are easily corrupted in a file of lines. */
const TEXTS = ['', 'a\nb\r\nc\u2028d\u2029e', '\u0000\u007F\u0085', '\uD83D', '🙂é漢\uFEFF', '"\\'];

const unknownEvent = decodeEvent({
  type: 'weather:changed',
  data: { sky: ['☁️', null, { wind: 3.5 }] },
  timestamp: '2030-01-02T03:04:05.678Z',
});

async function archive(log: EventLog, { workflowId }: Run, pageSize?: number): Promise<string> {
  return (await collect(archiveWorkflow(log, workflowId, { pageSize }))).join('');
}

async function collect<T>(from: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

/** The text as a file returns it: in chunks that split characters. */
async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array, void> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export function testArchiving(open: OpenStore): void {
  describe('archiving', () => {
    test('A4: an archive is a header and every event, in order and unmerged', async () => {
      await using store = await open();
      const { log } = store;
      const run = await Run.start(log);
      await run.append([running(1), unknownEvent]);
      await run.appendTokens('one', 'two');
      await run.end();
      const { createdAt, endedAt } = await recordOf(log, run.workflowId);
      const [header, ...events] = (await archive(log, run))
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line));
      expect(header).toEqual({
        runtape: 1,
        workflowId: run.workflowId,
        workflow: 'writeText',
        incarnation: run.incarnation,
        title: 'A title',
        target: 'example:one',
        createdAt: new Date(createdAt).toISOString(),
        endedAt: new Date(endedAt ?? 0).toISOString(),
        status: 'completed',
      });
      expect(events).toEqual([
        { id: `${run.incarnation}-1`, ...running(1) },
        { id: `${run.incarnation}-2`, ...unknownEvent },
        { id: `${run.incarnation}-3`, ...token('one') },
        { id: `${run.incarnation}-4`, ...token('two') },
        { id: `${run.incarnation}-5`, ...completed() },
      ]);
    });

    test('A4: an archive reads back as the events of the log, and archiving them again gives the same bytes', async () => {
      await using store = await open();
      const other = await store.another();
      const run = await Run.start(store.log);
      await run.appendTokens(...TEXTS);
      await run.append([unknownEvent]);
      await run.end();
      const text = await archive(store.log, run);
      for (const size of [1, 7, 1_000_000]) {
        const { header, entries } = await readArchive(inChunks(text, size));
        expect(header.workflowId).toBe(run.workflowId);
        expect(await collect(entries)).toEqual(await readAll(other, run.workflowId));
      }
      expect(await archive(other, run)).toBe(text);
    });

    test('A4: the page size does not change the archive', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens(...'a b c d e f g h i'.split(' '));
      await run.end();
      const text = await archive(store.log, run);
      for (const pageSize of [1, 3, 10]) expect(await archive(store.log, run, pageSize)).toBe(text);
    });

    test('A4: a running or removed workflow is not archived', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await expect(archive(store.log, run)).rejects.toMatchObject({ code: 'invalid_query' });
      const gone = archiveWorkflow(store.log, newWorkflowId());
      await expect(gone.next()).rejects.toMatchObject({ code: 'unknown_workflow' });
    });
  });
}
