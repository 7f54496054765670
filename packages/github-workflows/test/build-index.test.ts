import { setImmediate as nextTurn } from 'node:timers/promises';
import { longestTurn } from '@runtape/testing/event-loop';
import { expect, test } from 'vitest';
import { FileText } from '../src/repository/file-text.ts';
import type { Repository } from '../src/repository/repository.ts';
import { SharedRepositories } from '../src/repository/shared-repositories.ts';
import { buildIndex } from '../src/retrieval/build-index.ts';
import { PassageIndex } from '../src/retrieval/passage-index.ts';
import { choosePassages, readPassages } from '../src/retrieval/retrieve-passages.ts';
import { expandQuery } from '../src/retrieval/expand-query.ts';
import { scratchFolder } from './scratch-folder.ts';

const { signal } = new AbortController();
const onProgress = async (): Promise<void> => undefined;

test('D3: other tasks run while a large file is indexed', async () => {
  const lines = Array.from({ length: 9_000 }, (_, line) => `call${line}(with, some, arguments);`);
  const text = new FileText(lines.join('\n'));
  // Read from memory, so that only the build yields to other work.
  const content = { text, bytes: text.whole.length, isWhole: true };
  const repository: Repository = {
    paths: ['large.ts'],
    isPartial: false,
    read: async () => content,
    readAll: async () => [content],
  };
  let turns = 0;
  const done = new AbortController();
  const others = (async () => {
    for (; !done.signal.aborted; turns += 1) await nextTurn();
  })();
  const { index } = await buildIndex(repository, { signal, onProgress });
  done.abort();
  await others;
  expect(index.size).toBeGreaterThan(200);
  expect(turns).toBeGreaterThan(5);
});

test('D3: F4: an abort ends the indexing, with its reason', async () => {
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}.ts`, 'a();\n']));
  await using folder = await scratchFolder(many);
  const repository = await new SharedRepositories().open(folder.path, signal);
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const building = buildIndex(repository, {
    signal: cancel.signal,
    onProgress: async () => cancel.abort(reason),
  });
  await expect(building).rejects.toBe(reason);
});

test('D3: source ranks above its tests, and those above data; minified files are not indexed', async () => {
  await using folder = await scratchFolder({
    'src/queue.ts': 'export function drainQueue() {}\n',
    'test/queue.test.ts': 'drainQueue();\n',
    'data/queue.json': '{"call": "drainQueue"}\n',
    'dist/queue.js': `drainQueue();${'x'.repeat(5_000)}\n`,
  });
  const repository = await new SharedRepositories().open(folder.path, signal);
  const { index, leftOut } = await buildIndex(repository, { signal, onProgress });
  const found = await index.find([{ text: 'drainQueue', weight: 1 }]);
  expect(found.map(({ path }) => path)).toEqual([
    'src/queue.ts',
    'test/queue.test.ts',
    'data/queue.json',
  ]);
  expect(leftOut).toBe(1);
});

test('D3: a misspelt word is searched for as its correct form if nothing else is found', async () => {
  const index = new PassageIndex();
  index.add({ path: 'src/a.ts', from: 1, to: 2 }, 'The client reconnects.');
  expect(await index.find([{ text: 'reconect', weight: 1 }])).toHaveLength(1);
  expect(await index.find([{ text: 'quetzal', weight: 1 }])).toEqual([]);
});

test('D3: a passage with both words of a question ranks above one with either of them often', async () => {
  const index = new PassageIndex();
  index.add({ path: 'src/often.ts', from: 1, to: 1 }, 'drain drain drain drain');
  index.add({ path: 'src/both.ts', from: 1, to: 1 }, 'drain the queue');
  index.add({ path: 'src/other.ts', from: 1, to: 1 }, 'something else');
  const found = await index.find([{ text: 'drain queue', weight: 1 }]);
  expect(found.map(({ path }) => path)).toEqual(['src/both.ts', 'src/often.ts']);
});

const varied = (count: number): string =>
  Array.from(
    { length: count },
    (_, n) => `work${((n * 7_919) % 46_656).toString(36)}/k${n}.ts:1`,
  ).join(' ');

test.each([
  ['one repeated word', 'workflow '.repeat(440), []],
  ['words without a match', varied(300).replaceAll('work', 'qzx'), []],
  ['earlier answers full of invented citations', 'And?', [varied(2_500), varied(2_400)]],
  ['earlier questions and answers of many words', varied(200), [varied(2_500), varied(2_500)]],
])('K1: %s: other tasks run while passages are searched', async (_, requested, answers) => {
  const index = new PassageIndex();
  const words = Array.from({ length: 60 }, (__, n) => `work${n} flow${n % 7} call${n}`).join(' ');
  for (let n = 0; n < 2_000; n += 1) {
    index.add({ path: `src/work${n}/file.ts`, from: 1, to: 9 }, `${words} only${n} workflow`);
  }
  const history = answers.map((answer) => ({
    question: requested,
    answer: answer.slice(0, 50_000),
  }));
  const longestMs = await longestTurn(() =>
    index.find(expandQuery(requested.slice(0, 4_000), history)),
  );
  expect(longestMs).toBeLessThan(2_000);
});

test('K1: F4: a search for passages ends with the reason of an abort', async () => {
  const index = new PassageIndex();
  for (let n = 0; n < 500; n += 1) index.add({ path: `f${n}.ts`, from: 1, to: 1 }, varied(40));
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  setImmediate(() => cancel.abort(reason));
  await expect(index.find([{ text: varied(150), weight: 1 }], cancel.signal)).rejects.toBe(reason);
});

test('D3: an index of many passages is stored in chunks, and reads back unchanged', async () => {
  const index = new PassageIndex();
  for (let line = 1; line <= 3_200; line += 1) {
    index.add({ path: `src/f${line}.ts`, from: line, to: line + 9 }, `word${line} common`);
  }
  const lines = [...index.write()].flat();
  expect(lines).toHaveLength(14);
  const read = await PassageIndex.read(lines.map((line) => () => line));
  expect(read.size).toBe(3_200);
  for (const word of ['word1', 'word500', 'word501', 'word3200']) {
    const found = await read.find([{ text: word, weight: 1 }]);
    expect(found).toEqual(await index.find([{ text: word, weight: 1 }]));
    expect(found[0]?.path).toBe(`src/f${word.slice(4)}.ts`);
  }
});

test('D3: the best passages are read, a few per file, with neighbours joined', () => {
  const found = [
    { path: 'a.ts', from: 41, to: 80, score: 9 },
    { path: 'a.ts', from: 1, to: 40, score: 8 },
    { path: 'b.ts', from: 1, to: 9, score: 7 },
    { path: 'a.ts', from: 120, to: 140, score: 6 },
    { path: 'a.ts', from: 200, to: 240, score: 6 },
    { path: 'c.ts', from: 1, to: 9, score: 1 },
  ];
  expect(choosePassages(found)).toEqual([
    { path: 'a.ts', from: 1, to: 80 },
    { path: 'a.ts', from: 120, to: 140 },
    { path: 'b.ts', from: 1, to: 9 },
  ]);
  expect(choosePassages([])).toEqual([]);
});

test('D3: a passage that vanished since the indexing is omitted, and one that became shorter is cut', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'one\ntwo\n' });
  const repository = await new SharedRepositories().open(folder.path, signal);
  const passages = [
    { path: 'a.ts', from: 1, to: 40 },
    { path: 'a.ts', from: 41, to: 80 },
    { path: 'gone.ts', from: 1, to: 3 },
  ];
  expect(await readPassages(repository, passages, signal)).toEqual([
    { path: 'a.ts', from: 1, to: 2, lines: ['one', 'two'] },
  ]);
});

test('D3: the fewer words a question has, the more the earlier conversation counts', () => {
  const history = [
    { question: 'Too long ago', answer: '`src/old.ts:1`' },
    { question: 'How are queues drained?', answer: 'By `src/queue.ts:4` and `src/queue.ts:9`.' },
    { question: 'By whom?', answer: 'By `src/worker.ts:4`.' },
  ];
  expect(expandQuery('Why?', [])).toEqual([{ text: 'Why?', weight: 1 }]);
  const text = 'How are queues drained?\nsrc/queue.ts\nBy whom?\nsrc/worker.ts';
  expect(expandQuery('And when?', history)).toEqual([
    { text: 'And when?', weight: 1 },
    { text, weight: 0.7 },
  ]);
  expect(expandQuery('Where are snapshots of workflows made?', history)[1]?.weight).toBe(0.25);
});

test('K1: only the first citations of an earlier answer are searched again', () => {
  const answer = Array.from({ length: 500 }, (_, n) => `\`src/f${n}.ts:1\``).join(' ');
  const [, before] = expandQuery('And?', [{ question: 'q'.repeat(4_000), answer }]);
  expect(before?.text.length).toBeLessThan(1_000);
  expect(before?.text).toContain('src/f0.ts');
  expect(before?.text).not.toContain('src/f400.ts');
});
