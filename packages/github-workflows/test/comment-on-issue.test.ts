import { demoModelName } from '@runtape/worker/demo-model';
import { isTerminal } from '@runtape/events';
import { expect, test } from 'vitest';
import { samples } from '../src/index.ts';
import { ofType, piecesOf, resultOf, stages, textOf } from './read-events.ts';
import { scratchFolder } from './scratch-folder.ts';
import { openHarness } from './harness.ts';

const queueCode = 'export function drainQueue() {\n  // Nobody waits for it.\n  return null;\n}\n';
const repository = {
  owner: 'acme',
  repo: 'app',
  files: { 'src/queue.ts': queueCode, 'README.md': 'An app.\n' },
  issues: [
    {
      number: 7,
      title: 'drainQueue returns null',
      body: 'When I call `drainQueue` it returns null.',
      comments: [{ author: 'ada', body: 'Me too.' }],
    },
  ],
};
const issue = { kind: 'github', owner: 'acme', repo: 'app', issueNumber: 7 } as const;

test.each(samples)(
  'A6: the sample $name becomes a draft that cites code of this repository',
  async ({ name, title }) => {
    await using harness = await openHarness();
    const events = await harness.run({ kind: 'sample', name });
    const result = resultOf(events);
    expect(stages(events)).toEqual([
      'authenticated',
      'issue_read',
      'repository_ready',
      'drafting',
      'draft_ready',
    ]);
    expect(ofType(events, 'status')[1]?.data.subject?.title).toBe(title);
    expect(result.sources.length).toBeGreaterThan(0);
    for (const { path, lines } of result.sources) {
      expect(path).toMatch(/^(?:packages|apps|tooling|docs)\//);
      expect(lines[0]).toBeLessThanOrEqual(lines[1]);
    }
    expect(result.comment).toContain(result.sources[0]?.path);
    expect(JSON.stringify(events)).not.toContain(import.meta.dirname.slice(0, -'/test'.length));
  },
);

test('A6: an issue on GitHub is read with its comments, and the draft uses its repository', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const events = await harness.run(issue);
  const result = resultOf(events);
  expect(result).toMatchObject({
    model: demoModelName,
    cost: 0,
    sources: [{ path: 'src/queue.ts', lines: [1, 4] }],
  });
  expect(result.usage?.totalTokens).toBeGreaterThan(0);
  expect(result.postedUrl).toBeUndefined();
  expect(ofType(events, 'status')[1]?.data).toMatchObject({
    message: 'Read "drainQueue returns null" and 1 comment.',
    subject: {
      title: 'drainQueue returns null',
      url: 'https://github.com/acme/app/issues/7',
    },
  });
  const record = await harness.log.get(await lastWorkflow(harness));
  expect(record?.summary).toMatchObject({
    title: 'drainQueue returns null',
    url: 'https://github.com/acme/app/issues/7',
    cost: 0,
  });
  expect(harness.github.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
});

async function lastWorkflow(harness: Awaited<ReturnType<typeof openHarness>>) {
  const { workflows } = await harness.log.list({ limit: 1 });
  const [newest] = workflows;
  if (newest === undefined) throw new Error('There is no workflow.');
  return newest.workflowId;
}

test('A9: the joined token events are the comment, and the last one carries finish reason and usage', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const events = await harness.run(issue);
  expect(textOf(events)).toBe(resultOf(events).comment);
  const pieces = piecesOf(events);
  expect(pieces.filter(({ isComplete }) => isComplete)).toHaveLength(1);
  expect(pieces.at(-1)).toMatchObject({ isComplete: true, metadata: { finishReason: 'stop' } });
  expect(pieces.at(-1)?.metadata?.usage?.outputTokens).toBeGreaterThan(0);
});

test('A6: every tool call is shown, and answered once under its own id', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const events = await harness.run(issue);
  const called = ofType(events, 'tool:called').map(({ data }) => data);
  const returned = ofType(events, 'tool:returned').map(({ data }) => data);
  expect(called.map(({ name }) => name)).toContain('search_text');
  expect(called.map(({ name }) => name)).toContain('read_file');
  expect(new Set(called.map(({ callId }) => callId)).size).toBe(called.length);
  expect(returned.map(({ callId }) => callId)).toEqual(called.map(({ callId }) => callId));
  for (const { ok, truncated, output } of returned) {
    expect({ ok, truncated }).toEqual({ ok: true, truncated: false });
    expect(output).not.toContain(harness.scratch.path);
  }
});

test('A6: a pasted issue and a local folder need no GitHub', async () => {
  await using harness = await openHarness();
  await using folder = await scratchFolder({ 'lib/queue.ts': queueCode, '.env': 'drainQueue=1' });
  const events = await harness.run({
    kind: 'local',
    issue: '# drainQueue returns null\n\n`drainQueue` never waits.',
    path: folder.path,
  });
  expect(resultOf(events).sources).toEqual([{ path: 'lib/queue.ts', lines: [1, 4] }]);
  expect(harness.github.requests).toEqual([]);
  const shown = JSON.stringify(events.filter(({ type }) => type !== 'workflow:started'));
  expect(shown).not.toContain(folder.path);
  expect(shown).not.toContain('.env');
});

test('A6: without a token GitHub is read anonymously, and a message says so', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] }, token: null });
  const events = await harness.run(issue);
  resultOf(events);
  expect(ofType(events, 'status')[0]?.data.message).toBe('Asking GitHub without a token.');
  expect(harness.github.requests.every(({ authorization }) => authorization === null)).toBe(true);
  expect(harness.github.requests.some(({ path }) => path === '/user')).toBe(false);
});

test('A6: a repository is downloaded once for all workflows on the same commit', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  resultOf(await harness.run(issue));
  resultOf(await harness.run(issue));
  const downloads = harness.github.requests.filter(({ path }) => path.startsWith('/codeload/'));
  expect(downloads).toHaveLength(1);
});

test('A6: an empty issue is drafted from its title', async () => {
  const empty = { number: 8, title: 'drainQueue returns null', body: null };
  await using harness = await openHarness({
    github: { repositories: [{ ...repository, issues: [empty] }] },
  });
  const events = await harness.run({ ...issue, issueNumber: 8 });
  expect(resultOf(events).sources).toEqual([{ path: 'src/queue.ts', lines: [1, 4] }]);
});

test('A6: an issue of 5 MB is cut, with a message, and drafted', async () => {
  const body = `\`drainQueue\` is broken. ${'It is long. '.repeat(450_000)}`;
  const huge = { number: 8, title: 'drainQueue returns null', body };
  await using harness = await openHarness({
    github: { repositories: [{ ...repository, issues: [huge] }] },
  });
  const events = await harness.run({ ...issue, issueNumber: 8 });
  resultOf(events);
  expect(ofType(events, 'log:created').map(({ data }) => data)).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      fields: { characters: body.length - 60_000, comments: 0 },
    }),
  );
  expect(JSON.stringify(events).length).toBeLessThan(200_000);
});

test('A6: the newest of hundreds of comments are read', async () => {
  const comments = Array.from({ length: 450 }, (_, i) => ({ body: `comment ${i}` }));
  const busy = { number: 8, title: 'drainQueue returns null', comments };
  await using harness = await openHarness({
    github: { repositories: [{ ...repository, issues: [busy] }] },
  });
  resultOf(await harness.run({ ...issue, issueNumber: 8 }));
  const pages = harness.github.requests.filter(({ path }) => path.endsWith('/comments'));
  expect(pages.map(({ query }) => new URLSearchParams(query).get('page'))).toEqual([
    '9',
    '8',
    '7',
    '6',
  ]);
});

test('A6: a repository of 20,000 files is searched, and a draft is written', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, i) => [
      `src/d${i % 100}/f${i}.ts`,
      `export const n${i} = 1;\n`,
    ]),
  );
  await using harness = await openHarness({
    github: { repositories: [{ ...repository, files: { ...files, 'src/queue.ts': queueCode } }] },
  });
  const events = await harness.run(issue);
  expect(resultOf(events).sources).toEqual([{ path: 'src/queue.ts', lines: [1, 4] }]);
  expect(ofType(events, 'status')[2]?.data.message).toContain('20,001 files');
});

test('A6: exactly one event ends a workflow, and it is the last', async () => {
  await using harness = await openHarness({ github: { repositories: [repository] } });
  const events = await harness.run(issue);
  expect(events.filter((event) => isTerminal(event))).toHaveLength(1);
  expect(events[0]?.type).toBe('workflow:started');
});
