import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnProgram } from '@runtape/e2e';
import { expect, test, vi } from 'vitest';
import { ProcessGroup } from '../src/processes/process-group.ts';

const program = (name: string) => join(import.meta.dirname, 'programs', name);

test('collects the output and the exit status', async () => {
  await using server = spawnProgram(program('server.ts'), ['now']);
  expect((await server.waitForLine(/^ready (.*)$/))[1]).toBe('now');
  expect(await server.isRunning()).toBe(true);
  server.kill();
  expect(await server.exited).toEqual({ code: 7, signal: null });
  expect(server).toMatchObject({ stdout: 'ready now\n', stderr: 'ending\n' });
  expect(await server.isRunning()).toBe(false);
});

test('a line that was printed before the wait is found, and so is the next', async () => {
  await using server = spawnProgram(program('server.ts'));
  await server.waitForLine(/ready/);
  server.kill('SIGINT');
  await server.waitForLine(/^interrupted$/);
  expect((await server.waitForLine(/ready/)).input).toBe('ready ');
});

test('waiting for a line ends with the timeout, the signal, or the program', async () => {
  await using server = spawnProgram(program('server.ts'));
  await server.waitForLine(/ready/);
  await expect(server.waitForLine(/never/, { timeout: 20 })).rejects.toMatchObject({
    name: 'E2eToolingError',
    code: 'line_not_seen',
  });
  const given = new AbortController();
  const waiting = server.waitForLine(/never/, { signal: given.signal });
  given.abort(new Error('changed my mind'));
  await expect(waiting).rejects.toThrow('changed my mind');

  const ended = server.waitForLine(/never/).catch((error: unknown) => error);
  server.kill('SIGKILL');
  expect(await ended).toMatchObject({ code: 'program_ended' });
  expect(String(await ended)).toContain('ready');
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('gives the program only the given environment and folder', async () => {
  vi.stubEnv('OPENAI_API_KEY', 'of the developer');
  try {
    const options = { env: { PORT: '0' }, cwd: tmpdir() };
    await using printed = spawnProgram(program('environment.ts'), [], options);
    await printed.exited;
    const [line = ''] = printed.stdout.split('\n');
    expect(JSON.parse(line)).toMatchObject({
      cwd: tmpdir(),
      env: { PORT: '0', PATH: process.env['PATH'] },
    });
    expect(line).not.toMatch(/OPENAI_API_KEY|VITEST|NODE_ENV/);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a split character is joined, and an unfinished last line counts as a line', async () => {
  await using printed = spawnProgram(program('environment.ts'));
  expect((await printed.waitForLine(/^\p{Emoji}+$/u))[0]).toBe('😀');
});

test('dispose ends the children of a program, even after the program itself has ended', async () => {
  const parent = spawnProgram(program('parent.ts'));
  try {
    await parent.waitForLine(/ready child/);
    parent.kill('SIGKILL');
    await parent.waitForLine(/parent is over/);
    expect(await parent.isRunning()).toBe(true);
  } finally {
    await parent[Symbol.asyncDispose]();
  }
  expect(await parent.isRunning()).toBe(false);
  expect(await parent.exited).toEqual({ code: null, signal: 'SIGKILL' });
});

test('killGroup reaches the children of a program, kill does not', async () => {
  await using parent = spawnProgram(program('parent.ts'));
  await parent.waitForLine(/ready child/);
  parent.kill('SIGINT');
  parent.killGroup('SIGINT');
  await parent.waitForLine(/^interrupted$/);
  parent.killGroup('SIGTERM');
  await parent.exited;
  expect(parent.stdout.match(/^interrupted$/gm)).toHaveLength(1);
});

test.for(['SIGTERM', 'SIGINT', 'exit'])(
  'a test run that ends by %s leaves no program running',
  async (how) => {
    await using spawner = spawnProgram(program('spawner.ts'), [how]);
    const [, pid] = await spawner.waitForLine(/^server is (\d+)$/);
    const server = new ProcessGroup(Number(pid));
    if (how === 'exit') await spawner.exited;
    else spawner.kill(how === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    await spawner.exited;
    await vi.waitFor(async () => expect(await server.isRunning()).toBe(false));
  },
);

test('a program that ends its children on a signal is disposed of by that signal', async () => {
  const spawner = spawnProgram(program('spawner.ts'), [], { endSignal: 'SIGTERM' });
  const [, pid] = await spawner.waitForLine(/^server is (\d+)$/);
  const server = new ProcessGroup(Number(pid));
  try {
    await spawner[Symbol.asyncDispose]();
    await vi.waitFor(async () => expect(await server.isRunning()).toBe(false));
  } finally {
    server.signal('SIGKILL');
  }
});

test('a missing folder is an error', () => {
  const cwd = join(tmpdir(), 'runtape-no-such-folder');
  expect(() => spawnProgram('any.ts', [], { cwd })).toThrow(
    expect.objectContaining({ name: 'E2eToolingError', code: 'program_not_started' }),
  );
});
