import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvent } from '@runtape/events';
import { freePort, spawnRuntape, temporaryFolder } from '@runtape/e2e';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, runtape } from './runtape.ts';

let folder = '';
let env: Record<string, string> = {};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-cli-'));
  env = { RUNTAPE_DB: join(folder, 'db'), DEMO_TOKENS_PER_SECOND: '5000' };
});

/** A draft takes ten minutes, longer than any test. */
const ENDLESS = { DEMO_TOKENS_PER_SECOND: '1' };

afterEach(() => rm(folder, { recursive: true, force: true }));

let sampleNames: readonly string[] = [];

beforeAll(async () => {
  await using listed = await temporaryFolder();
  const { stdout } = await runtape(['comment', '--list'], { RUNTAPE_DB: join(listed.path, 'db') });
  sampleNames = stdout.trimEnd().split('\n');
});

function idIn(stderr: string): string {
  return /\bwf_[0-9a-z]+/.exec(stderr)?.[0] ?? '';
}

describe('help and usage', () => {
  test.each([
    [],
    ['comment'],
    ['review'],
    ['ask'],
    ['follow'],
    ['cancel'],
    ['pause'],
    ['resume'],
    ['list'],
  ])('%s --help prints its usage', async (...command) => {
    const { code, stdout } = await runtape([...command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: runtape');
    expect(stdout).toContain('Exit codes: 0 completed, 1 failed');
    expect(stdout).toContain('5 detached');
  });

  test.each([
    [['bogus'], /unknown command/],
    [['comment', '--bogus'], /unknown option/],
    [['comment'], /Name an issue/],
    [['comment', 'nonsense'], /is no target/],
    [['comment', 'sample:gone'], /gone/],
    [['ask'], /What is the question/],
    [['ask', ' '], /question is empty/],
    [['ask', 'x'.repeat(4001)], /at most 4000 characters/],
    [['ask', 'Why?', '--github', 'nonsense'], /is not a repository on github\.com/],
    [['ask', 'Why?', '--repo', 'not-here'], /There is no folder/],
    [['ask', 'Why?', '--repo', '.', '--github', 'a/b'], /not both/],
    [['ask', 'Why?', '--thread', 'a thread'], /thread id/],
    [['review'], /Name an issue/],
    [['review', 'sample:disk-full', '--budget-usd', '0'], /above 0/],
    [['review', 'sample:disk-full', '--model', 'boss=x'], /triager, researcher, writer, critic/],
    [['follow', 'nonsense'], /is not a workflow id/],
    [['follow', 'wf_0123456789abcdef'], /workflow/],
    [['pause', 'nonsense'], /is not a workflow id/],
    [['resume', 'wf_0123456789abcdef'], /workflow/],
    [['follow', 'wf_0123456789abcdef', '--after', 'x'], /is not an event id/],
    [['list', '--limit', '0'], /1 to 200/],
    [['list', '--url', 'nonsense'], /is not a URL/],
  ])('%j is refused with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runtape(args, env);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a server that cannot be reached: exit code 4', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await runtape(['list', '--url', url], env);
    expect(stderr).toContain(url);
    expect(code).toBe(4);
  });
});

describe('A6: comment', () => {
  test('--list prints four names, one per line', async () => {
    expect(sampleNames).toHaveLength(4);
  });

  test('every sample prints its draft to stdout', async () => {
    for (const name of sampleNames) {
      const { code, stdout, stderr } = await runtape(['comment', `sample:${name}`], env);
      expect(stderr).toContain('Done in');
      expect(stdout).toMatch(/demo model/i);
      expect(code).toBe(0);
    }
  });

  test('a local issue with --json prints one event per line and ends with a result', async () => {
    const issue = join(folder, 'issue.md');
    await writeFile(issue, '# `parseTarget` refuses a trailing space\n\nIt should trim.');
    const args = ['comment', '--issue', issue, '--repo', join(import.meta.dirname, '..'), '--json'];
    const { code, stdout } = await runtape(args, env);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => decodeEvent(JSON.parse(line)));
    expect(events[0]?.type).toBe('workflow:started');
    expect(events.at(-1)).toMatchObject({
      type: 'workflow:completed',
      data: { result: { comment: expect.any(String), model: 'runtape-demo' } },
    });
    expect(code).toBe(0);
  });

  describe('a workflow that fails', () => {
    let kept = '';
    let failed: CliResult = { code: null, stdout: '', stderr: '' };

    // One for all: its attempts wait for each other.
    beforeAll(async () => {
      kept = await mkdtemp(join(tmpdir(), 'runtape-cli-'));
      failed = await runtape(['comment', 'sample:disk-full'], {
        RUNTAPE_DB: join(kept, 'db'),
        OPENAI_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
        OPENAI_API_KEY: 'x',
      });
    });

    afterAll(() => rm(kept, { recursive: true, force: true }));

    test('exits with code 1 and prints the failure', () => {
      expect(failed.stderr).toMatch(/Failed \([a-z_]+\): /);
      expect(failed.code).toBe(1);
    });

    test('F2: prints the failure and exits with code 1 even when only a reset is received', async () => {
      const [why = ''] = /Failed \(.*/.exec(failed.stderr) ?? [];
      const args = ['follow', idIn(failed.stderr), '--after', 'zzzzzzzz-3'];
      const followed = await runtape(args, { RUNTAPE_DB: join(kept, 'db') });
      expect(followed.stderr).toContain('The stream starts again (other_incarnation)');
      expect(why).not.toBe('');
      expect(followed.stderr).toContain(why);
      expect(followed.code).toBe(1);
      const asJson = await runtape([...args, '--json'], { RUNTAPE_DB: join(kept, 'db') });
      expect(asJson.code).toBe(1);
    });
  });

  test('F2: following a cancelled workflow prints so and exits with code 3, even after a reset', async () => {
    await using started = spawnRuntape(['comment', 'sample:disk-full'], { ...env, ...ENDLESS });
    const [line] = await started.waitForLine(/Workflow wf_/);
    const workflowId = idIn(line + started.stderr);
    await runtape(['cancel', workflowId], env);
    expect((await started.exited).code).toBe(3);
    const followed = await runtape(['follow', workflowId, '--after', 'zzzzzzzz-3'], env);
    expect(followed.stderr).toContain('Cancelled');
    expect(followed.code).toBe(3);
  });

  test('Ctrl-C detaches with exit code 5 and prints how to follow again; following continues to the end', async () => {
    const slow = { ...env, ...ENDLESS };
    const [name = ''] = sampleNames;
    await using started = spawnRuntape(['comment', `sample:${name}`], slow);
    await started.waitForLine(/^#|\w+ \w+/);
    const [line] = await started.waitForLine(/Workflow wf_/);
    started.kill('SIGINT');
    expect((await started.exited).code).toBe(5);
    const workflowId = idIn(line + started.stderr);
    expect(started.stderr).toContain(`runtape follow ${workflowId}`);
    const { code, stdout } = await runtape(['follow', workflowId], env);
    expect(stdout).toMatch(/demo model/i);
    expect(code).toBe(0);
  });

  test('F4: Ctrl-C with --cancel-on-interrupt cancels: exit code 3', async () => {
    const slow = { ...env, ...ENDLESS };
    const [name = ''] = sampleNames;
    await using started = spawnRuntape(
      ['comment', `sample:${name}`, '--cancel-on-interrupt'],
      slow,
    );
    await started.waitForLine(/Workflow wf_/);
    started.kill('SIGINT');
    expect((await started.exited).code).toBe(3);
    const { stdout } = await runtape(['list', '--json'], env);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'cancelled' });
  });
});

describe('E2: review', () => {
  test('four agents review a sample: their progress on stderr, the versions of the draft on stdout', async () => {
    const { code, stdout, stderr } = await runtape(['review', 'sample:disk-full'], env);
    for (const said of [
      /^triager: Bug, severity/m,
      /^researcher: Read \d+ files?\. \(/m,
      /^critic: Sent it back with 1 remark\./m,
      /^writer-2: Wrote \d+ words\./m,
      /^critic-2: Approved\./m,
      /^Done in .* tokens, \$0\.0000\.$/m,
    ]) {
      expect(stderr).toMatch(said);
    }
    const [first = '', second = ''] = stdout.split('<!-- Version 2 of the draft. -->');
    expect(first).not.toContain('What to check next');
    expect(second).toContain('What to check next');
    expect(code).toBe(0);
  });

  test('F4: a spent budget stops the review with exit code 3', async () => {
    const args = ['review', 'sample:disk-full', '--budget-tokens', '100'];
    const { code, stderr } = await runtape(args, env);
    expect(stderr).toMatch(/^Budget: 100 tokens\.$/m);
    expect(stderr).toMatch(/^The budget is spent: \d+ tokens of 100 tokens\.$/m);
    expect(stderr).toMatch(/^Cancelled: The budget of 100 tokens is spent/m);
    expect(code).toBe(3);
  });

  test('a review continues without a role whose model is missing, and reports it', async () => {
    const args = ['review', 'sample:disk-full', '--model', 'critic=nobody', '--json'];
    const { code, stdout } = await runtape(args, env);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => decodeEvent(JSON.parse(line)));
    expect(events.find(({ type }) => type === 'agent:failed')?.data).toMatchObject({
      agentId: 'critic',
      error: { code: 'model_not_found' },
    });
    expect(events.at(-1)).toMatchObject({
      type: 'workflow:completed',
      data: { result: { approved: null, comment: expect.any(String) } },
    });
    expect(code).toBe(0);
  });
});

describe('follow, cancel, list', () => {
  test('A3: follow --after shows only events after that one', async () => {
    const [name = ''] = sampleNames;
    const whole = await runtape(['comment', `sample:${name}`, '--json'], env);
    const lines = whole.stdout.trimEnd().split('\n');
    const ids = lines.map((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? '');
    const workflowId = idIn(whole.stderr);
    const after = ids[Math.floor(ids.length / 2)] ?? '';
    const rest = await runtape(['follow', workflowId, '--after', after, '--json'], env);
    const last = rest.stdout.trimEnd().split('\n').at(-1);
    expect(last).toBe(lines.at(-1));
    expect(rest.stdout).not.toContain(`"id":"${ids[0] ?? ''}"`);
  });

  test('cancel reports that the workflow has already ended', async () => {
    const [name = ''] = sampleNames;
    const { stderr } = await runtape(['comment', `sample:${name}`], env);
    const cancelled = await runtape(['cancel', idIn(stderr)], env);
    expect(cancelled.stderr).toContain('The workflow had already ended.');
    expect(cancelled.code).toBe(0);
  });

  test('E14, F4: pause stops a workflow from another process, and resume continues it to the end', async () => {
    const slow = { ...env, ...ENDLESS };
    const [name = ''] = sampleNames;
    await using started = spawnRuntape(['comment', `sample:${name}`], slow);
    const [line] = await started.waitForLine(/Workflow wf_/);
    const workflowId = idIn(line + started.stderr);
    expect((await runtape(['resume', workflowId], env)).stderr).toContain(
      'The workflow was not paused.',
    );
    expect((await runtape(['pause', workflowId], env)).stderr).toMatch(/Asked its worker|Paused/);
    await started.waitForLine(/Paused\. Resume it with/);
    started.kill('SIGINT');
    expect((await started.exited).code).toBe(5);
    expect((await runtape(['pause', workflowId], env)).stderr).toContain(
      'The workflow was already paused.',
    );
    const resumed = await runtape(['resume', workflowId], env);
    expect(resumed.stderr).toContain(`runtape follow ${workflowId}`);
    expect(resumed.code).toBe(0);
    const { code, stdout } = await runtape(['follow', workflowId], env);
    expect(stdout).toMatch(/demo model/i);
    expect(code).toBe(0);
    const after = await runtape(['resume', workflowId], env);
    expect(after.stderr).toContain('The workflow had already ended.');
  });

  test('list reports when there are no workflows', async () => {
    const { code, stdout, stderr } = await runtape(['list'], env);
    expect(stdout).toBe('');
    expect(stderr).toContain('No workflows yet');
    expect(code).toBe(0);
  });
});
