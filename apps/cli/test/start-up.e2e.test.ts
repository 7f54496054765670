import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ProgramEnv, spawnRuntape, spawnServer, spawnWorker } from '@runtape/e2e';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';

const preload = pathToFileURL(join(import.meta.dirname, 'loaded-packages.ts'));
const loadedSchema = z.object({ packages: z.array(z.string()), cache: z.string().nullable() });

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runtape-start-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function environment(more: ProgramEnv = {}) {
  return {
    NODE_OPTIONS: `--import=${preload.href}`,
    LOADED_PACKAGES: join(folder, 'loaded.json'),
    RUNTAPE_DB: join(folder, 'db'),
    ...more,
  };
}

async function whatWasLoaded() {
  const text = await readFile(join(folder, 'loaded.json'), 'utf8');
  return loadedSchema.parse(JSON.parse(text));
}

test('F8: --help of the command line loads no packages that only commands need', async () => {
  for (const args of [['--help'], ['review', '--help'], ['help', 'verify']]) {
    await using helped = spawnRuntape(args, environment());
    expect(await helped.exited).toMatchObject({ code: 0 });
    const { packages } = await whatWasLoaded();
    expect(packages.toSorted()).toEqual(['commander', 'picocolors']);
  }
});

test.for([
  { program: 'the server', spawn: spawnServer },
  { program: 'the worker', spawn: spawnWorker },
])(
  'F8: --help of $program loads its settings, and no packages that only a running program needs',
  async ({ spawn }) => {
    await using helped = spawn(environment(), ['--help']);
    expect(await helped.exited).toMatchObject({ code: 0 });
    const { packages } = await whatWasLoaded();
    expect(packages.toSorted()).toEqual(['commander', 'zod']);
  },
);

test('F8: a command that reads a SQLite file loads no client of Redis', async () => {
  await using listed = spawnRuntape(['list'], environment());
  expect(await listed.exited).toMatchObject({ code: 0 });
  const { packages } = await whatWasLoaded();
  expect(packages).toContain('zod');
  expect(packages).not.toContain('ioredis');
  expect(packages).not.toContain('bullmq');
});

test('F8: compiled code is cached for the next start, in a chosen folder, or not at all', async () => {
  const kept = join(folder, 'compiled');
  for (const [more, cache] of [
    [{}, expect.stringContaining(join('node_modules', '.cache', 'runtape', 'compiled'))],
    [{ NODE_COMPILE_CACHE: kept }, expect.stringContaining(kept)],
    [{ NODE_DISABLE_COMPILE_CACHE: '1' }, null],
  ] as const) {
    await using helped = spawnRuntape(['--help'], environment(more));
    expect(await helped.exited).toMatchObject({ code: 0 });
    expect((await whatWasLoaded()).cache).toEqual(cache);
  }
});
