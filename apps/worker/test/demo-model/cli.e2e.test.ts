import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../src/demo-model/cli.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(...args: string[]) {
  const started = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(started);
  return started;
}

async function firstOutput(stream: Readable): Promise<string> {
  const data: unknown[] = await once(stream, 'data');
  return String(data[0]);
}

test('run by itself it prints its URL, answers there, and ends on SIGTERM', async () => {
  const running = start('--tokens-per-second', 'Infinity');
  const url = (await firstOutput(running.stdout)).trim();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
  expect(await (await fetch(`${url}/models`)).json()).toMatchObject({ object: 'list' });
  running.kill('SIGTERM');
  expect(await once(running, 'exit')).toEqual([0, null]);
});

test('--help says what there is; a wrong option says so and exits with 2', async () => {
  const helped = start('--help');
  expect(await firstOutput(helped.stdout)).toContain('--tokens-per-second');
  const wrong = start('--port', 'seven');
  expect(await firstOutput(wrong.stderr)).toContain('The port must be from 0 to 65535');
  expect(await once(wrong, 'exit')).toEqual([2, null]);
});
