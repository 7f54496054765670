import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { type ArchiveEntry, makeArchive } from '@runtape/testing';
import { expect, test } from 'vitest';
import type { UnpackLimits } from '../src/repository/entry-guard.ts';
import { unpackTarball, UNPACK_LIMITS } from '../src/repository/unpack-tarball.ts';
import { type ScratchFolder, scratchFolder } from './scratch-folder.ts';

const { signal } = new AbortController();

function streamOf(bytes: Uint8Array, chunkBytes = 10_000): Readable {
  const count = Math.ceil(bytes.length / chunkBytes);
  return Readable.from(
    Array.from({ length: count }, (_, i) => bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes)),
  );
}

/** A folder within a folder, so that a file that escapes by one level is found. */
async function target(): Promise<ScratchFolder & { readonly inner: string }> {
  const folder = await scratchFolder({ 'inner/.keep': '' });
  return { ...folder, inner: join(folder.path, 'inner') };
}

function unpack(
  entries: readonly ArchiveEntry[],
  folder: string,
  limits: Partial<UnpackLimits> = {},
): ReturnType<typeof unpackTarball> {
  return unpackTarball(streamOf(makeArchive(entries)), folder, {
    limits: { ...UNPACK_LIMITS, ...limits },
    signal,
  });
}

const plain: ArchiveEntry = { path: 'top/a.txt', content: 'a' };

test('A6: an archive is unpacked without its top folder', async () => {
  await using folder = await scratchFolder();
  const unpacked = await unpack(
    [
      { path: 'top/', type: 'Directory' },
      { path: 'top/a.txt', content: 'Grüße 🦉' },
      { path: 'top/deep/er/b.txt', content: 'x'.repeat(70_000) },
      { path: `top/${'long/'.repeat(50)}c.txt`, content: 'c' },
    ],
    folder.path,
  );
  expect(unpacked).toEqual({ files: 3, leftOut: 0 });
  expect(await readFile(join(folder.path, 'a.txt'), 'utf8')).toBe('Grüße 🦉');
  expect((await stat(join(folder.path, 'deep/er/b.txt'))).size).toBe(70_000);
  expect(await readFile(join(folder.path, 'long/'.repeat(50), 'c.txt'), 'utf8')).toBe('c');
});

test('A6: files are written readable and not executable, regardless of the archive', async () => {
  await using folder = await scratchFolder();
  await unpack(
    [
      { path: 'top/none.txt', content: 'a', mode: 0 },
      { path: 'top/suid.sh', content: 'a', mode: 0o4777 },
    ],
    folder.path,
  );
  expect((await stat(join(folder.path, 'none.txt'))).mode & 0o7777).toBe(0o644);
  expect((await stat(join(folder.path, 'suid.sh'))).mode & 0o7777).toBe(0o644);
});

test.each<[string, ArchiveEntry]>([
  ['../ in a path', { path: '../evil.txt', content: 'x' }],
  ['../ below the top folder', { path: 'top/../../evil.txt', content: 'x' }],
  ['../ that stays inside', { path: 'top/a/../evil.txt', content: 'x' }],
  ['an absolute path', { path: '/tmp/runtape-evil.txt', content: 'x' }],
  ['a drive letter', { path: 'C:/evil.txt', content: 'x' }],
  ['backslashes that lead out', { path: 'top\\..\\..\\evil.txt', content: 'x' }],
  ['a pipe', { path: 'top/pipe', type: 'FIFO' }],
  ['a device', { path: 'top/device', type: 'CharacterDevice' }],
])('A6: an archive with %s is refused, and nothing is written outside', async (_, entry) => {
  await using folder = await target();
  await expect(unpack([plain, entry, plain], folder.inner)).rejects.toMatchObject({
    name: 'FatalError',
    code: 'archive_unsafe',
  });
  expect(await readdir(folder.path)).toEqual(['inner']);
  const written = await readdir(folder.inner);
  expect(written.filter((name) => name !== '.keep' && name !== 'a.txt')).toEqual([]);
});

test.each<[string, ArchiveEntry]>([
  ['a link to an absolute path', { path: 'top/l', type: 'SymbolicLink', linkpath: '/etc' }],
  ['a link out of the archive', { path: 'top/d/l', type: 'SymbolicLink', linkpath: '../../..' }],
  ['a link out of the top folder', { path: 'top/l', type: 'SymbolicLink', linkpath: '../x' }],
  ['a link to itself', { path: 'top/l', type: 'SymbolicLink', linkpath: 'l' }],
  ['a hard link out of the archive', { path: 'top/l', type: 'Link', linkpath: '../evil.txt' }],
  ['a hard link to an absolute path', { path: 'top/l', type: 'Link', linkpath: '/etc/passwd' }],
])('K4: %s is skipped, and files behind it stay inside', async (_, link) => {
  await using folder = await target();
  const behind = { path: `${link.path}/evil.txt`, content: 'x' };
  const unpacked = await unpack([plain, link, behind], folder.inner);
  expect(unpacked).toEqual({ files: 2, leftOut: 1 });
  expect(await readdir(folder.path)).toEqual(['inner']);
  expect((await stat(join(folder.inner, 'a.txt'))).isFile()).toBe(true);
});

test('K4: paths that no folder can have are skipped', async () => {
  await using folder = await scratchFolder();
  const unpacked = await unpack(
    [
      plain,
      { path: `top/${'n'.repeat(300)}`, content: 'x' },
      { path: `top/${'deep/'.repeat(1_500)}a.txt`, content: 'x' },
    ],
    folder.path,
  );
  expect(unpacked).toEqual({ files: 1, leftOut: 2 });
});

test('A6: links that stay inside are skipped, so that nothing can be written through them', async () => {
  await using folder = await scratchFolder();
  const unpacked = await unpack(
    [
      { path: 'top/docs/a.txt', content: 'a' },
      { path: 'top/link', type: 'SymbolicLink', linkpath: 'docs' },
      { path: 'top/link/b.txt', content: 'b' },
      { path: 'top/hard', type: 'Link', linkpath: 'top/docs/a.txt' },
    ],
    folder.path,
  );
  expect(unpacked).toEqual({ files: 2, leftOut: 2 });
  expect((await readdir(folder.path)).sort()).toEqual(['docs', 'link']);
  expect((await stat(join(folder.path, 'link'))).isDirectory()).toBe(true);
});

test('A6: a file above the limit is skipped, and the others are unpacked', async () => {
  await using folder = await scratchFolder();
  const unpacked = await unpack(
    [{ path: 'top/big.bin', content: 'x'.repeat(5_000) }, plain],
    folder.path,
    { maxFileBytes: 4_999 },
  );
  expect(unpacked).toEqual({ files: 1, leftOut: 1 });
  expect(await readdir(folder.path)).toEqual(['a.txt']);
});

test.each<[string, Partial<UnpackLimits>]>([
  ['too many entries', { maxEntries: 49 }],
  ['too much content', { maxTotalBytes: 50_000 }],
])('A6: %s ends in a message that says what to do', async (_, limits) => {
  await using folder = await scratchFolder();
  const entries = Array.from({ length: 50 }, (__, i) => ({
    path: `top/f${i}.txt`,
    content: `${i}`.repeat(1_000),
  }));
  await expect(unpack(entries, folder.path, limits)).rejects.toMatchObject({
    name: 'FatalError',
    code: 'repository_too_large',
    message: expect.stringContaining('name the folder instead'),
  });
});

test('A6: a small archive that would unpack to gigabytes is stopped at the limit', async () => {
  await using folder = await scratchFolder();
  const bomb = gzipSync(Buffer.alloc(50_000_000), { level: 9 });
  expect(bomb.length).toBeLessThan(60_000);
  await expect(
    unpackTarball(streamOf(bomb), folder.path, {
      limits: { ...UNPACK_LIMITS, maxTotalBytes: 1_000_000 },
      signal,
    }),
  ).rejects.toMatchObject({ code: 'repository_too_large' });
});

test('A6: an archive that is gzipped twice is refused, because its content would not be counted', async () => {
  await using folder = await scratchFolder();
  const twice = gzipSync(makeArchive([plain]));
  await expect(
    unpackTarball(streamOf(twice, 1), folder.path, { limits: UNPACK_LIMITS, signal }),
  ).rejects.toMatchObject({ code: 'archive_unsafe' });
});

test.each<[string, Uint8Array]>([
  [
    'cut in the middle',
    makeArchive([{ path: 'top/a', content: 'x'.repeat(9_999) }]).subarray(0, 60),
  ],
  ['not gzipped', Buffer.from('<html>a proxy says no</html>')],
  ['gzipped, but not an archive', gzipSync(Buffer.from('hello '.repeat(500)))],
  ['empty', new Uint8Array(0)],
])('A6: an archive that is %s may be retried', async (_, bytes) => {
  await using folder = await scratchFolder();
  const limits = UNPACK_LIMITS;
  await expect(
    unpackTarball(streamOf(bytes), folder.path, { limits, signal }),
  ).rejects.toMatchObject({ name: 'RetryableError', code: 'archive_unreadable' });
});

test('F4: unpacking ends with the reason of an abort', async () => {
  await using folder = await scratchFolder();
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const endless = new Readable({ read() {} });
  endless.push(makeArchive([plain]).subarray(0, 50));
  const unpacking = unpackTarball(endless, folder.path, {
    limits: UNPACK_LIMITS,
    signal: cancel.signal,
  });
  setImmediate(() => cancel.abort(reason));
  await expect(unpacking).rejects.toBe(reason);
  expect(endless.destroyed).toBe(true);
});
