import { askRepositoryResultSchema } from '@runtape/github-workflows/contract';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeEvent, type WorkflowEvent } from '@runtape/events';
import { startServerProcess, temporaryFolder } from '@runtape/e2e';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { makeEvent, TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { runtape } from './runtape.ts';

function envIn(folder: string): Record<string, string> {
  return {
    RUNTAPE_DB: join(folder, 'db'),
    RUNTAPE_CACHE: join(folder, 'cache'),
    DEMO_TOKENS_PER_SECOND: '5000',
  };
}

function eventsIn(stdout: string): WorkflowEvent[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => decodeEvent(JSON.parse(line)));
}

function stagesOf(events: readonly WorkflowEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'status' ? [event.data.stage] : []));
}

test('D3: D1: ask, with a running server: stages on stderr, the answer and its sources on stdout', async () => {
  await using folder = await temporaryFolder();
  await using server = await startServerProcess(envIn(folder.path));
  const question = 'Where are neighbouring tokens merged?';
  const first = await runtape(['ask', question, '--url', server.url]);
  expect(first.stderr).toContain('Indexing ');
  expect(first.stderr).toContain('Looking for passages that may answer the question.');
  expect(first.stderr).toContain('Answering with runtape-demo.');
  expect(first.stdout).toContain('An answer by the demo model');
  expect(first.stdout).toMatch(/\n\nSources:\n(?:- \S+:\d+(?:-\d+)?\n)+$/);
  expect(first.stdout).toContain('- packages/events/src/join-tokens.ts:');
  expect(first.code).toBe(0);

  const second = await runtape(['ask', question, '--url', server.url, '--json']);
  const events = eventsIn(second.stdout);
  expect(stagesOf(events)).toContain('index_reused');
  expect(stagesOf(events)).not.toContain('indexing');
  const last = events.at(-1);
  const result = last?.type === 'workflow:completed' ? last.data.result : null;
  expect(askRepositoryResultSchema.parse(result).sources.length).toBeGreaterThan(0);
  expect(second.code).toBe(0);
});

test('D3: ask, without a server: a folder, and a follow-up in the same thread', async () => {
  await using folder = await temporaryFolder();
  await using code = await temporaryFolder();
  await writeFile(
    join(code.path, 'queue.ts'),
    '/** Hands out what waits in the queue. */\nexport function drainQueue() {}\n',
  );
  const env = envIn(folder.path);
  const ask = (question: string) =>
    runtape(['ask', question, '--repo', code.path, '--thread', 'about-queues'], env);
  const first = await ask('What does the queue hand out?');
  expect(first.stdout).toContain('`queue.ts:1-2`');
  expect(first.stdout).toContain('Hands out what waits in the queue.');
  expect(first.code).toBe(0);
  const second = await ask('And when?');
  expect(second.stdout).toContain('queue.ts:1');
  expect(second.stderr).toContain('This state was indexed before');
  expect(await readdir(join(folder.path, 'cache/indexes'))).toHaveLength(1);
});

test('D3: ask: the earlier questions of a thread are found among any number of other questions', async () => {
  await using folder = await temporaryFolder();
  const env = envIn(folder.path);
  await using log = await openSqliteEventLog({ file: join(folder.path, 'db') });
  const record = async (title: string, threadId?: string) => {
    const summary = { title, target: 'sample' };
    const testLog = await TestLog.create(log, { workflow: 'askRepository', summary, threadId });
    const result = { answer: `About: ${title}`, model: 'm', usage: null, cost: null, sources: [] };
    await testLog.append(
      makeEvent('workflow:completed', { durationMs: 1, usage: null, cost: null, result }),
    );
  };
  await record('What is a tape?', 'long-ago');
  for (let count = 0; count < 201; count += 1) await record(`Question ${count}`);
  // Not earlier: a worker could take a record between its creation and its first attempt.
  await using server = await startServerProcess(env);
  const args = ['ask', 'And where is it?', '--thread', 'long-ago', '--url', server.url];
  expect((await runtape(args)).code).toBe(0);
  const { workflows } = await log.list({ threadId: 'long-ago', limit: 1 });
  const [newest] = workflows;
  if (newest === undefined) throw new Error('The follow-up question is not in the thread.');
  expect(await log.input(newest.workflowId)).toMatchObject({
    history: [{ question: 'What is a tape?', answer: 'About: What is a tape?' }],
  });
});

test('D4: ask: a folder without text: what is wrong, and exit code 1', async () => {
  await using folder = await temporaryFolder();
  await using code = await temporaryFolder();
  const args = ['ask', 'What is in here?', '--repo', code.path];
  const { code: exitCode, stdout, stderr } = await runtape(args, envIn(folder.path));
  expect(stderr).toMatch(/Failed \(repository_without_text\): There is no file in the folder/);
  expect(stdout).toBe('');
  expect(exitCode).toBe(1);
});
