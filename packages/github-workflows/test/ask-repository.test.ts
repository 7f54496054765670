import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoModelName } from '@runtape/worker/demo-model';
import { expect, test } from 'vitest';
import { answerOf, ofType, piecesOf, stages, textOf } from './read-events.ts';
import { scratchFolder } from './scratch-folder.ts';
import { openHarness } from './harness.ts';

const files = {
  'src/queue.ts':
    '/** Hands out what waits, oldest first, until the queue is drained. */\nexport function drainQueue(): null {\n  return null;\n}\n',
  'src/clock.ts': '/** Tells the time in milliseconds. */\nexport const now = () => Date.now();\n',
  'README.md': '# An app\n\nIt drains queues.\n',
  'pnpm-lock.yaml': 'drainQueue: 1\n',
  '.env': 'DRAIN_QUEUE_SECRET=1\n',
  'logo.png': '\0PNG drainQueue',
};
const repository = { owner: 'acme', repo: 'app', files };
const target = { kind: 'github', owner: 'acme', repo: 'app' } as const;
const question = 'What does drainQueue hand out?';

const FIRST_TIME = [
  'repository_opening',
  'repository_ready',
  'indexing',
  'index_built',
  'retrieving',
  'passages_found',
  'passages_read',
  'answering',
  'answer_ready',
];
const SECOND_TIME = FIRST_TIME.filter((stage) => stage !== 'indexing').map((stage) =>
  stage === 'index_built' ? 'index_reused' : stage,
);

test("D3: a question about the program's own code passes through its stages, each with a description, and is answered with sources", async () => {
  await using harness = await openHarness();
  const events = await harness.ended(
    await harness.ask({ question: 'Where are neighbouring tokens merged?' }),
  );
  const { answer, sources, model, cost, usage } = answerOf(events);

  expect([...new Set(stages(events))]).toEqual(FIRST_TIME);
  for (const { data } of ofType(events, 'status')) expect(data.message).toMatch(/^[A-Z].{8,}\.$/);
  expect({ model, cost }).toEqual({ model: demoModelName, cost: 0 });
  expect(usage?.totalTokens).toBeGreaterThan(0);
  expect(answer).toContain('demo model');
  expect(sources.map(({ path }) => path)).toContain('packages/events/src/join-tokens.ts');
  for (const { path, lines } of sources) {
    const [from, to] = lines;
    expect(answer).toContain(from === to ? `${path}:${from}` : `${path}:${from}-${to}`);
  }
  expect(JSON.stringify(events)).not.toContain(import.meta.dirname.slice(0, -'/test'.length));
  const [index] = await readdir(join(harness.scratch.path, 'cache/indexes'));
  expect(index).toMatch(/^[0-9a-f]+\.index\.gz$/);
});

test('D3: a second question on the same commit uses the existing index', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  expect(stages(await harness.ended(await harness.ask({ question, target })))).toEqual(FIRST_TIME);
  const events = await harness.ended(await harness.ask({ question, target }));
  expect(stages(events)).toEqual(SECOND_TIME);
  expect(answerOf(events).sources).toEqual([{ path: 'src/queue.ts', lines: [1, 4] }]);
  const downloads = harness.github.requests.filter(({ path }) => path.startsWith('/codeload/'));
  expect(downloads).toHaveLength(1);
});

test('D3: the index contains the text files that a model may see, and no lock files', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const events = await harness.ended(await harness.ask({ question, target }));
  const status = ofType(events, 'status').map(({ data }) => data.message);
  expect(status).toContain('The index is ready: 3 passages of 3 files.');
  expect(ofType(events, 'log:created').map(({ data }) => data)).toContainEqual(
    expect.objectContaining({ level: 'info', fields: { count: 2 } }),
  );
  expect(JSON.stringify(events)).not.toContain('.env');
  expect(JSON.stringify(events)).not.toContain('DRAIN_QUEUE_SECRET');
});

test('D3: a folder that changed is indexed again, an unchanged one is not', async () => {
  await using harness = await openHarness();
  await using folder = await scratchFolder(files);
  const local = { kind: 'local', path: folder.path } as const;
  const ask = async () => harness.ended(await harness.ask({ question, target: local }));
  expect(stages(await ask())).toContain('index_built');
  expect(stages(await ask())).toContain('index_reused');
  await folder.write({ 'src/other.ts': '// drainQueue hands out nothing here.\n' });
  const events = await ask();
  expect(stages(events)).toContain('index_built');
  expect(answerOf(events).answer).toContain('src/other.ts:1');
  expect(await readdir(join(harness.scratch.path, 'cache/indexes'))).toHaveLength(1);
  const shown = JSON.stringify(events.filter(({ type }) => type !== 'workflow:started'));
  expect(shown).not.toContain(folder.path);
});

test('A9: D3: the joined token events of the part `answer` are the answer', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const events = await harness.ended(await harness.ask({ question, target }));
  expect(textOf(events, 'answer')).toBe(answerOf(events).answer);
  const pieces = piecesOf(events, 'answer');
  expect(pieces.filter(({ isComplete }) => isComplete)).toHaveLength(1);
  expect(pieces.at(-1)).toMatchObject({ isComplete: true, metadata: { finishReason: 'stop' } });
  expect(pieces.at(-1)?.metadata?.usage?.outputTokens).toBeGreaterThan(0);
});

test('D3: a short follow-up question is understood from the conversation', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const alone = await harness.ended(await harness.ask({ question: 'And when?', target }));
  expect(answerOf(alone).sources).toEqual([]);
  const history = [{ question, answer: 'What waits (`src/queue.ts:1`).' }];
  const events = await harness.ended(await harness.ask({ question: 'And when?', target, history }));
  expect(answerOf(events).sources[0]?.path).toBe('src/queue.ts');
});

test('D3: when the repository does not answer the question, the answer says so', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const events = await harness.ended(
    await harness.ask({ question: 'What is the capital of France?', target }),
  );
  expect(ofType(events, 'status').map(({ data }) => data.message)).toContain(
    'No passage has anything in common with the question.',
  );
  expect(answerOf(events)).toMatchObject({
    answer: expect.stringContaining('do not answer this question'),
    sources: [],
  });
});

test('D3: a model that needs more searches with the tools, and may cite what it read', async () => {
  await using harness = await openHarness();
  const far = [...Array.from({ length: 120 }, (_, line) => `line${line}();`), 'flushBuffers();'];
  await using folder = await scratchFolder({ 'a.ts': far.join('\n') });
  await writeFile(join(folder.path, 'index-of-words.txt'), 'flush');
  const events = await harness.ended(
    await harness.ask({
      question: 'Where is `flushBuffers` called?',
      target: { kind: 'local', path: folder.path },
    }),
  );
  expect(answerOf(events).sources.map(({ path }) => path)).toContain('a.ts');
});

test('D3: progress is reported during a long indexing, at most once a second except for its end', async () => {
  let now = 1_700_000_000_000;
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [
      `src/f${index}.ts`,
      `export const f${index} = 1;\n`,
    ]),
  );
  // Generated, so it is not counted.
  const all = { ...many, 'yarn.lock': 'x@1:\n' };
  await using harness = await openHarness({
    github: { repositories: [{ ...repository, files: all }] },
    // The clock advances by 400 ms with each reading.
    changes: { now: () => (now += 400) },
  });
  const events = await harness.ended(await harness.ask({ question: 'What is f7?', target }));
  const reports = ofType(events, 'status').filter(({ data }) => data.stage === 'indexing');
  const progress = reports.map(({ data }) => data.progress ?? -1);
  expect(reports.length).toBeGreaterThan(2);
  expect(reports.length).toBeLessThan(6);
  expect(progress[0]).toBe(0);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(reports[0]?.data.message).toBe('Indexing 100 files.');
  expect(reports.at(-1)?.data).toMatchObject({
    message: 'Indexing: 100 of 100 files.',
    progress: 1,
  });
  expect(reports[1]?.data.message).toMatch(/^Indexing: \d+ of 100 files\.$/);
});

test('D3: F5: after a retry neither the repository is opened nor the index queried again', async () => {
  await using harness = await openHarness({
    github: { repositories: [repository] },
    failures: [{ kind: 'server_error' }],
  });
  const events = await harness.ended(await harness.ask({ question, target }));
  answerOf(events);
  expect(stages(events)).toEqual([...FIRST_TIME.slice(0, -1), 'answering', 'answer_ready']);
});
