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

function openCache(
  { path }: ScratchFolder,
  maxRepositories = 20,
  maxBytes?: number,
): RepositoryCache {
  return new RepositoryCache({
    folder: join(path, 'cache'),
    limits: UNPACK_LIMITS,
    maxRepositories,
    maxBytes,
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

test('A6: a repository is downloaded once per commit', async () => {
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

test('A6: the same repository name on another GitHub host is a different repository', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder);
  const one = await cache.get(key, async () => archive(), signal);
  const two = await cache.get({ ...key, host: '127.0.0.1:80' }, async () => archive(), signal);
  expect(two.root).not.toBe(one.root);
  expect(basename(two.root)).toMatch(/^[\w.+-]+$/);
});

test('A6: two workflows that unpack the same repository concurrently both get it completely', async () => {
  await using folder = await scratchFolder();
  const [one, two] = await Promise.all([
    openCache(folder).get(key, async () => archive(), signal),
    openCache(folder).get(key, async () => archive(), signal),
  ]);
  expect(one.root).toBe(two.root);
  expect(await readdir(one.root)).toEqual(['a.txt']);
  expect(await readdir(join(folder.path, 'cache'))).toHaveLength(1);
});

test('A6: a failure leaves nothing behind, and the next request tries again', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder);
  const garbage = streamOf(Buffer.from('no'));
  await expect(cache.get(key, async () => garbage, signal)).rejects.toMatchObject({
    code: 'archive_unreadable',
  });
  expect(await readdir(join(folder.path, 'cache'))).toEqual([]);
  expect((await cache.get(key, async () => archive(), signal)).unpacked).not.toBeNull();
});

const commitOf = (letter: string): CacheKey => ({ ...key, commit: letter.repeat(40) });

/** The last letters of the stored commits. */
async function kept({ path }: ScratchFolder): Promise<string> {
  const names = await readdir(join(path, 'cache'));
  const commits = names
    .filter((name) => name.startsWith('api'))
    .toSorted((a, b) => (a < b ? -1 : 1));
  return commits.map((name) => name.at(-1)).join('');
}

async function makeOlder(root: string, hours: number): Promise<void> {
  const old = new Date(Date.now() - hours * HOUR_MS);
  await utimes(root, old, old);
}

test('K1: the least recently used repositories are removed even if they were used recently', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder, 2);
  const roots: string[] = [];
  for (const letter of ['a', 'b', 'c']) {
    roots.push((await cache.get(commitOf(letter), async () => archive(), signal)).root);
    await makeOlder(roots.at(-1) ?? '', 0.01 * (3 - roots.length));
  }
  expect(await kept(folder)).toBe('bc');
  // Used again, so it is now the most recent.
  await cache.get(commitOf('b'), async () => archive(), signal);
  await cache.get(commitOf('d'), async () => archive(), signal);
  expect(await kept(folder)).toBe('bd');
});

test('K1: repositories are removed when they exceed their disk limit', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder, 20, 250_000);
  for (const letter of ['a', 'b', 'c', 'd']) {
    const { root } = await cache.get(
      commitOf(letter),
      async () => archive('x'.repeat(100_000)),
      signal,
    );
    await makeOlder(root, 'dcba'.indexOf(letter) + 1);
  }
  expect(await kept(folder)).toBe('cd');
  // Small files take more disk space than their size.
  const small = Array.from({ length: 100 }, (_, n) => ({ path: `top/f${n}.txt`, content: 'x' }));
  await cache.get(commitOf('e'), async () => streamOf(makeArchive(small)), signal);
  expect(await kept(folder)).toBe('e');
});

test('K1: the repository just requested is kept, even if it exceeds the limit alone', async () => {
  await using folder = await scratchFolder();
  const { root } = await openCache(folder, 1, 1).get(key, async () => archive(), signal);
  expect(await readdir(root)).toEqual(['a.txt']);
});

test('K1: a repository in use is not removed by any process; afterwards it is', async () => {
  await using folder = await scratchFolder();
  const ours = openCache(folder, 1);
  const theirs = openCache(folder, 1);
  const lease = await ours.lease(commitOf('a'));
  const { root } = await ours.get(commitOf('a'), async () => archive(), signal);
  await makeOlder(root, 5);
  await theirs.get(commitOf('b'), async () => archive(), signal);
  expect(await readdir(root)).toEqual(['a.txt']);
  await lease[Symbol.asyncDispose]();
  await theirs.get(commitOf('c'), async () => archive(), signal);
  expect(await kept(folder)).toBe('c');
});

test('K1: repositories that a dead process had in use are removed eventually', async () => {
  await using folder = await scratchFolder();
  const cache = openCache(folder, 1);
  await using _ = await cache.lease(commitOf('a'));
  await cache.get(commitOf('a'), async () => archive(), signal);
  const names = await readdir(join(folder.path, 'cache'));
  const lease = names.find((name) => name.startsWith('in-use-')) ?? '';
  await makeOlder(join(folder.path, 'cache', lease), 1);
  await cache.get(commitOf('b'), async () => archive(), signal);
  expect(await kept(folder)).toBe('b');
});

test('A6: partially unpacked remains of a crash are removed after an hour', async () => {
  await using folder = await scratchFolder({ 'cache/unfinished-x/a.txt': '' });
  const old = new Date(Date.now() - 2 * HOUR_MS);
  await utimes(join(folder.path, 'cache/unfinished-x'), old, old);
  const { root } = await openCache(folder).get(key, async () => archive(), signal);
  expect(await readdir(join(folder.path, 'cache'))).toEqual([basename(root)]);
});

test('A6: a cache folder that cannot be created is a failure that says what to do', async () => {
  await using folder = await scratchFolder({ cache: 'a file where the folder should be' });
  const download = vi.fn<Download>(async () => archive());
  await expect(openCache(folder).get(key, download, signal)).rejects.toMatchObject({
    name: 'FatalError',
    code: 'cache_not_writable',
  });
  expect(download).not.toHaveBeenCalled();
});
