import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runtape } from './runtape.ts';

const PROGRAM = join(import.meta.dirname, '../src/main.ts');

let folder = '';
let env: Record<string, string> = {};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-closed-'));
  env = { RUNTAPE_DB: join(folder, 'db'), DEMO_TOKENS_PER_SECOND: '5000' };
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function start(args: readonly string[], more: Record<string, string> = {}) {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { PATH, HOME, ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { child, ended: once(child, 'exit').then(([code]: unknown[]) => code) };
}

test('A6: a reader that closes stdout early, as head does, ends the program quietly; as the workflow continues, with exit code 5', async () => {
  const { child, ended } = start(['comment', 'sample:disk-full'], { DEMO_TOKENS_PER_SECOND: '50' });
  const said = text(child.stderr);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await ended).toBe(5);
  expect(await said).not.toMatch(/EPIPE|Error|Detached| {4}at /);
});

test('A6: a list whose reader closes stdout is not a failure', async () => {
  const { child, ended } = start(['comment', '--list']);
  const said = text(child.stderr);
  child.stdout.destroy();
  expect(await ended).toBe(0);
  expect(await said).toBe('');
});

test('A6: help whose reader closes stdout is not a failure', async () => {
  const { child, ended } = start(['--help']);
  const said = text(child.stderr);
  child.stdout.destroy();
  expect(await ended).toBe(0);
  expect(await said).toBe('');
});

test('A6: a replay ends when its reader closes stdout', async () => {
  await runtape(['comment', 'sample:disk-full'], env);
  await runtape(['archive', folder], env);
  const { stdout } = await runtape(['list', '--json'], env);
  const [, id = ''] = /"workflowId":"(\w+)"/.exec(stdout) ?? [];
  const { child, ended } = start(['replay', join(folder, `${id}.ndjson`), '--speed', '0.05']);
  const said = text(child.stderr);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await ended).toBe(0);
  expect(await said).not.toMatch(/EPIPE|Error| {4}at /);
});

test('A6: with stderr closed the result is still complete', async () => {
  const { child, ended } = start(['comment', 'sample:disk-full']);
  child.stderr.destroy();
  const draft = await text(child.stdout);
  expect(await ended).toBe(0);
  expect(draft).toMatch(/demo model/i);
  const { stdout } = await runtape(['comment', 'sample:disk-full'], env);
  expect(draft).toBe(stdout);
});
