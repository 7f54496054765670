import { archiveLines, archiveWorkflow, readArchive } from '@runtape/event-log';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { eventIdSchema, type WorkflowEvent, workflowIdSchema } from '@runtape/events';
import { describe, expect, test } from 'vitest';

const workflowId = workflowIdSchema.parse('wf_0000000000000000');
const timestamp = '2026-01-02T03:04:05.678Z';
const cancelled: WorkflowEvent = { type: 'workflow:cancelled', data: { durationMs: 5 }, timestamp };
const token = (content: string): WorkflowEvent => ({
  type: 'token',
  data: { part: 'draft', content, isComplete: false },
  timestamp,
});
const workflow = {
  workflowId,
  workflow: 'test',
  title: 'T',
  target: 't',
  status: 'cancelled',
  createdAt: 1,
  endedAt: 2,
} as const;

async function collect<T>(from: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

type Numbered = readonly [id: string, event: WorkflowEvent];

async function* pages(...events: readonly Numbered[]) {
  yield events.map(([id, event]) => ({ id: eventIdSchema.parse(id), event }));
}

const good = (
  await collect(
    archiveLines(workflow, 'test', pages(['test-1', token('a')], ['test-2', cancelled])),
  )
).join('');
const [header = '', first = '', last = ''] = good.split('\n');

async function* chunks(...texts: readonly (string | Uint8Array)[]) {
  for (const text of texts) yield typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

async function readAll(...texts: readonly (string | Uint8Array)[]) {
  const { entries } = await readArchive(chunks(...texts));
  return await collect(entries);
}

describe('A4: rejects an incomplete or invalid archive and names the line', () => {
  test.for([
    ['is empty', '', 1, /empty/],
    ['is not JSON', 'GIF89a\n', 1, /not JSON/],
    ['is not text', new Uint8Array([0xff, 0xd8, 0xff]), 1, /not UTF-8/],
    ['does not start with an archive header', '{"id":"x"}\n', 1, /does not begin/],
    ['has a newer format', header.replace('"runtape":1', '"runtape":2'), 1, /newer Runtape/],
    ['has a header without a title', header.replace('"title":"T",', ''), 1, /title/],
    ['has no event', `${header}\n`, 1, /cut off/],
    ['ends between two lines', `${header}\n${first}\n`, 2, /cut off/],
    ['ends in the middle of a line', good.slice(0, -20), 3, /cut off here/],
    ['has an empty line', `${header}\n\n${first}\n${last}\n`, 2, /not JSON/],
    ['contains a line that is not an event', `${header}\n{"id":"test-1"}\n`, 2, /no event/],
    ['lacks an event', `${header}\n${last}\n`, 2, /test-1 should be here/],
    ['has an event twice', `${header}\n${first}\n${first}\n`, 3, /test-2 should be here/],
    ['continues after the terminal event', `${good}${first}\n`, 4, /follows the end/],
    ['has an event of another log', good.replace('"id":"test-2', '"id":"other-2'), 3, /other-2/],
  ] as const)('one that %s', async ([, text, line, message]) => {
    await expect(readAll(text)).rejects.toMatchObject({
      code: 'invalid_archive',
      line,
      message: expect.stringMatching(message),
    });
  });

  test('one that is cut in the middle of a character', async () => {
    const bytes = new TextEncoder().encode(`${header}\n${first}\n{"é`);
    await expect(readAll(bytes.subarray(0, -1))).rejects.toMatchObject({
      code: 'invalid_archive',
      line: 3,
      message: expect.stringContaining('cut off here'),
    });
  });
});

test('A4: accepts a file without a final newline', async () => {
  expect(await readAll(good.trimEnd())).toHaveLength(2);
});

test('A4: the file is closed when the reader stops early', async () => {
  let released = 0;
  async function* held() {
    try {
      yield* chunks(`${header}\n${first}\n`, `${last}\n`);
    } finally {
      released += 1;
    }
  }
  const { entries } = await readArchive(held());
  for await (const entry of entries) {
    expect(entry.seq).toBe(1);
    break;
  }
  expect(released).toBe(1);
});

test('A4: refuses to archive a log with missing pages', async () => {
  const write = (...given: readonly Numbered[]) =>
    collect(archiveLines(workflow, 'test', pages(...given)));
  await expect(write(['test-2', cancelled])).rejects.toMatchObject({ code: 'invalid_archive' });
  await expect(write(['test-1', token('a')])).rejects.toMatchObject({ code: 'invalid_archive' });
});

test('A4: holds one page at a time and stops on abort', async () => {
  await using log = createMemoryEventLog();
  await log.create({ workflowId, workflow: 'test', input: 1, summary: { title: '', target: '' } });
  const { attempt } = await log.begin(workflowId, { leaseMs: 1000 });
  const events = [...Array.from('abcdefgh', token), cancelled];
  await log.append(workflowId, { attempt, after: 0, events });
  const asked: number[] = [];
  const watched: Pick<typeof log, 'get' | 'read'> = {
    get: (id) => log.get(id),
    read: (id, range) => {
      asked.push(range.after);
      expect(range.limit).toBe(2);
      return log.read(id, range);
    },
  };
  const stop = new AbortController();
  const lines = archiveWorkflow(watched, workflowId, { pageSize: 2, signal: stop.signal });
  for (let read = 0; read < 4; read += 1) await lines.next();
  expect(asked).toEqual([0, 2]);
  stop.abort(new Error('enough'));
  await expect(collect(lines)).rejects.toThrow('enough');
  expect(asked).toEqual([0, 2]);
});
