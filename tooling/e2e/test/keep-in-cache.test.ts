import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepInCache } from '@runtape/e2e';
import type { CachedFolder } from '@runtape/e2e';
import { afterEach, beforeEach, expect, test } from 'vitest';

let cache: string;
let made: number;
let thing: CachedFolder;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'runtape-cache-'));
  made = 0;
  thing = {
    name: 'thing-1.0',
    env: { XDG_CACHE_HOME: cache },
    isUsable: async (folder) =>
      (await readFile(join(folder, 'file'), 'utf8').catch(() => '')) === 'good',
    async make(folder) {
      made += 1;
      await writeFile(join(folder, 'file'), 'good');
    },
  };
});

afterEach(async () => {
  await rm(cache, { recursive: true, force: true });
});

const kept = () => readdir(join(cache, 'runtape'));

test('creates the folder once', async () => {
  const folder = await keepInCache(thing);
  expect(folder).toBe(join(cache, 'runtape/thing-1.0'));
  expect(await keepInCache(thing)).toBe(folder);
  expect(made).toBe(1);
});

test('creates the folder again when the existing one cannot be used', async () => {
  await mkdir(join(cache, 'runtape/thing-1.0'), { recursive: true });
  await writeFile(join(cache, 'runtape/thing-1.0/file'), 'broken');
  const folder = await keepInCache(thing);
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('good');
});

test('concurrent callers get the same complete folder and leave nothing else', async () => {
  const folders = await Promise.all(Array.from({ length: 8 }, () => keepInCache(thing)));
  expect(new Set(folders).size).toBe(1);
  expect(await thing.isUsable(folders[0] ?? '')).toBe(true);
  expect(await kept()).toEqual(['thing-1.0']);
});

test('a failure to create it is thrown, and leaves nothing', async () => {
  const failing = { ...thing, make: () => Promise.reject(new Error('no room')) };
  await expect(keepInCache(failing)).rejects.toThrow('no room');
  expect(await kept()).toEqual([]);
});

test('reports a cache that cannot be written to', async () => {
  await writeFile(join(cache, 'a-file'), '');
  const env = { XDG_CACHE_HOME: join(cache, 'a-file') };
  await expect(keepInCache({ ...thing, env })).rejects.toMatchObject({
    name: 'E2eToolingError',
    code: 'cache_not_writable',
  });
});
