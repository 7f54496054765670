import { readdir, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { makeArchive } from '@runtape/testing';
import { expect, test, vi } from 'vitest';
import { type CacheKey, RepositoryCache } from '../src/repository/repository-cache.ts';
import { UNPACK_LIMITS } from '../src/repository/unpack-tarball.ts';
import { type ScratchFolder, scratchFolder } from './scratch-folder.ts';

type Download = () => Promise<ReadableStream<Uint8Array>>;

const { signal } = new AbortController();
const key: CacheKey = {
  host: 'api.github.com',
  owner: 'Acme',
  repo: 'app',
  commit: 'a'.repeat(40),
};
const HOUR_MS = 3_600_000;

function openCache({ path }: ScratchFolder, maxRepositories = 20): RepositoryCache {
  return new RepositoryCache({
    folder: join(path, 'cache'),
    limits: UNPACK_LIMITS,
    maxRepositories,
    now: Date.now,
  });
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}

function archive(content = 'a'): ReadableStream<Uint8Array> {
  return streamOf(makeArchive([{ path: 'top/a.txt', content }]));
}

test('A6: a repository is downloaded once for a commit', async () => {
  await using folder = await scratchFolder();
  const download = vi.fn<Download>(async () => archive());
  const cache = openCache(folder);
  const first = await cache.get(key, download, signal);
  const second = await cache.get({ ...key, owner: 'acme' }, download, signal);
  expect(first.unpacked).toEqual({ files: 1, leftOut: 0 });
  expect(second).toEqual({ root: first.root, unpacked: null });
  const other = await cache.get({ ...key, commit: 'b'.repeat(40) }, download, signal);
  expect(other.root).not.toBe(first.root);
  expect(download).toHaveBeenCalledTimes(2);
});

test('A6: the same repository of another GitHub is another one', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder);
  const one = await cache.get(key, async () => archive(), signal);
  const two = await cache.get({ ...key, host: '127.0.0.1:80' }, async () => archive(), signal);
  expect(two.root).not.toBe(one.root);
  expect(basename(two.root)).toMatch(/^[\w.+-]+$/);
});

test('A6: two that unpack the same repository at once both get it, whole', async () => {
  await using folder = await scratchFolder();
  const [one, two] = await Promise.all([
    openCache(folder).get(key, async () => archive(), signal),
    openCache(folder).get(key, async () => archive(), signal),
  ]);
  expect(one.root).toBe(two.root);
  expect(await readdir(one.root)).toEqual(['a.txt']);
  expect(await readdir(join(folder.path, 'cache'))).toHaveLength(1);
});

test('A6: what failed leaves nothing behind, and the next one tries again', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder);
  const garbage = streamOf(Buffer.from('no'));
  await expect(cache.get(key, async () => garbage, signal)).rejects.toMatchObject({
    code: 'archive_unreadable',
  });
  expect(await readdir(join(folder.path, 'cache'))).toEqual([]);
  expect((await cache.get(key, async () => archive(), signal)).unpacked).not.toBeNull();
});

test('A6: the least recently used repositories are removed, but none that was used within the hour', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder, 1);
  const roots: string[] = [];
  for (const letter of ['a', 'b', 'c']) {
    const commit = letter.repeat(40);
    roots.push((await cache.get({ ...key, commit }, async () => archive(), signal)).root);
  }
  const names = (): Promise<string[]> => readdir(join(folder.path, 'cache'));
  expect(await names()).toHaveLength(3);

  const old = new Date(Date.now() - 2 * HOUR_MS);
  await utimes(roots[0] ?? '', old, old);
  await utimes(roots[1] ?? '', old, old);
  // Used again: now it is young.
  await cache.get({ ...key, commit: 'b'.repeat(40) }, async () => archive(), signal);
  await cache.get({ ...key, commit: 'd'.repeat(40) }, async () => archive(), signal);
  expect(new Set((await names()).map((name) => name.at(-1)))).toEqual(new Set(['b', 'c', 'd']));
});

test('A6: what a crash left half unpacked is removed after an hour', async () => {
  await using folder = await scratchFolder({ 'cache/unfinished-x/a.txt': '' });
  const old = new Date(Date.now() - 2 * HOUR_MS);
  await utimes(join(folder.path, 'cache/unfinished-x'), old, old);
  const { root } = await openCache(folder).get(key, async () => archive(), signal);
  expect(await readdir(join(folder.path, 'cache'))).toEqual([basename(root)]);
});

test('A6: a cache folder that cannot be made is a failure that says what to do', async () => {
  await using folder = await scratchFolder({ cache: 'a file where the folder should be' });
  const download = vi.fn<Download>(async () => archive());
  await expect(openCache(folder).get(key, download, signal)).rejects.toMatchObject({
    name: 'FatalError',
    code: 'cache_not_writable',
  });
  expect(download).not.toHaveBeenCalled();
});
