import { rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SharedRepositories } from '../src/repository/shared-repositories.ts';
import { scratchFolder } from './scratch-folder.ts';

const { signal } = new AbortController();
const MAX_BYTES = 1_000;

test('A6: concurrent readers of a folder share files that were read within the last second', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'first' });
  let nowMs = 0;
  const repositories = new SharedRepositories({ elapsed: () => nowMs });
  using one = await repositories.open(folder.path, signal);
  expect(await one.read('a.ts', MAX_BYTES)).toMatchObject({ text: { whole: 'first' }, bytes: 5 });
  await folder.write({ 'a.ts': 'second', 'b.ts': 'new' });
  using other = await repositories.open(folder.path, signal);
  expect(await other.read('a.ts', MAX_BYTES)).toMatchObject({ text: { whole: 'first' } });
  expect(other.paths).toEqual(['a.ts']);
  nowMs = 1_001;
  using late = await repositories.open(folder.path, signal);
  expect(await one.read('a.ts', MAX_BYTES)).toMatchObject({ text: { whole: 'second' } });
  expect(late.paths).toEqual(['a.ts', 'b.ts']);
});

test('A6: only the changed files of a folder are read again', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'first', 'b.ts': 'other' });
  let nowMs = 0;
  // By this clock the files have not changed for long.
  const now = () => Date.now() + 60_000;
  const repositories = new SharedRepositories({ elapsed: () => nowMs, now });
  using opened = await repositories.open(folder.path, signal);
  const paths = ['a.ts', 'b.ts', 'no.ts'];
  const before = await opened.readAll(paths, MAX_BYTES);
  expect(before).toMatchObject([{ text: { whole: 'first' } }, { text: { whole: 'other' } }, null]);
  await folder.write({ 'b.ts': 'changed' });
  nowMs = 1_001;
  const after = await opened.readAll(paths, MAX_BYTES);
  expect(after[0]).toBe(before[0]);
  expect(after[1]).toMatchObject({ text: { whole: 'changed' } });
  // A reader with another limit gets the content as well.
  nowMs = 2_002;
  expect(await opened.read('b.ts', 4)).toMatchObject({ bytes: 4, isWhole: false });
  expect(await opened.read('b.ts', MAX_BYTES)).toMatchObject({ bytes: 7, isWhole: true });
});

test('A6: a file that changed just before it was read is read again: its times may not show the next change', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'first' });
  const { ctimeMs } = await stat(join(folder.path, 'a.ts'));
  let nowMs = 0;
  const repositories = new SharedRepositories({
    elapsed: () => nowMs,
    now: () => ctimeMs + 2_000 + nowMs,
  });
  using opened = await repositories.open(folder.path, signal);
  const before = await opened.read('a.ts', MAX_BYTES);
  nowMs = 1_001;
  const again = await opened.read('a.ts', MAX_BYTES);
  expect(again).not.toBe(before);
  nowMs = 2_002;
  expect(await opened.read('a.ts', MAX_BYTES)).toBe(again);
});

test('K4: a file that became a link, or is in a folder that did, is not read again', async () => {
  await using outside = await scratchFolder({ 'x.ts': 'outside' });
  await using folder = await scratchFolder({ 'a.ts': 'inside', 'lib/x.ts': 'inside' });
  let nowMs = 0;
  const now = () => Date.now() + 60_000;
  const repositories = new SharedRepositories({ elapsed: () => nowMs, now });
  using opened = await repositories.open(folder.path, signal);
  const paths = ['a.ts', 'lib/x.ts'];
  const inside = { text: { whole: 'inside' } };
  expect(await opened.readAll(paths, MAX_BYTES)).toMatchObject([inside, inside]);
  await rm(join(folder.path, 'a.ts'));
  await symlink(join(outside.path, 'x.ts'), join(folder.path, 'a.ts'));
  await rm(join(folder.path, 'lib'), { recursive: true });
  await symlink(outside.path, join(folder.path, 'lib'));
  nowMs = 1_001;
  expect(await opened.readAll(paths, MAX_BYTES)).toEqual([null, null]);
});

test('A6: a commit never changes, so it is read once for all readers', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'first' });
  let nowMs = 0;
  const repositories = new SharedRepositories({ elapsed: () => nowMs });
  const options = { onlyTracked: true };
  using one = await repositories.open(folder.path, signal, options);
  await one.read('a.ts', MAX_BYTES);
  await rm(join(folder.path, 'a.ts'));
  nowMs = 1e9;
  using other = await repositories.open(folder.path, signal, options);
  expect(await other.read('a.ts', MAX_BYTES)).toMatchObject({ text: { whole: 'first' } });
});

test('A13: nothing of a folder stays cached after its last reader has finished', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'first' });
  const repositories = new SharedRepositories({ elapsed: () => 0 });
  const one = await repositories.open(folder.path, signal);
  const other = await repositories.open(folder.path, signal);
  await one.read('a.ts', MAX_BYTES);
  expect(repositories.bytes).toBe(20);
  one[Symbol.dispose]();
  one[Symbol.dispose]();
  expect(repositories.bytes).toBe(20);
  other[Symbol.dispose]();
  expect(repositories.bytes).toBe(0);
  await folder.write({ 'a.ts': 'second' });
  using late = await repositories.open(folder.path, signal);
  expect(await late.read('a.ts', MAX_BYTES)).toMatchObject({ text: { whole: 'second' } });
});

test('A13: files that do not fit are read each time, and the cached files stay within the limit', async () => {
  await using folder = await scratchFolder({ 'a.ts': 'x'.repeat(40), 'b.ts': 'first' });
  let nowMs = 0;
  const repositories = new SharedRepositories({ maxBytes: 200, elapsed: () => nowMs });
  using opened = await repositories.open(folder.path, signal);
  const textsOf = async () => {
    const contents = [await opened.read('a.ts', MAX_BYTES), await opened.read('b.ts', MAX_BYTES)];
    return contents.map((content) => content?.text?.whole);
  };
  await textsOf();
  expect(repositories.bytes).toBe(180);
  nowMs = 2_000;
  await folder.write({ 'b.ts': 'y'.repeat(20) });
  expect(await textsOf()).toEqual(['x'.repeat(40), 'y'.repeat(20)]);
  expect(repositories.bytes).toBe(160);
  await folder.write({ 'b.ts': 'z'.repeat(20) });
  expect(await textsOf()).toEqual(['x'.repeat(40), 'z'.repeat(20)]);
});

test('A6: a file that was too large for one reader is read again for a reader with a higher limit', async () => {
  await using folder = await scratchFolder({ 'a.ts': '0123456789' });
  const repositories = new SharedRepositories({ elapsed: () => 0 });
  using opened = await repositories.open(folder.path, signal);
  expect(await opened.read('a.ts', 4)).toMatchObject({ bytes: 4, isWhole: false });
  expect(await opened.read('a.ts', 20)).toMatchObject({ bytes: 10, isWhole: true });
  expect(await opened.read('a.ts', 4)).toMatchObject({ bytes: 4, isWhole: false });
});

test('A6: unlisted files, and files that are not text, are distinguished from others', async () => {
  await using folder = await scratchFolder({
    '.gitignore': 'hidden.ts',
    'hidden.ts': 'x',
    'image.bin': new Uint8Array(64),
  });
  const repositories = new SharedRepositories();
  using opened = await repositories.open(folder.path, signal);
  expect(await opened.read('hidden.ts', MAX_BYTES)).toBeNull();
  expect(await opened.read('image.bin', MAX_BYTES)).toMatchObject({ text: null });
  expect(repositories.bytes).toBe(0);
});

test('E14: a reader that gives up while a folder is listed does not stop others waiting for the same list', async () => {
  await using folder = await scratchFolder({ 'a.ts': '' });
  const repositories = new SharedRepositories({ elapsed: () => 0 });
  const aborting = new AbortController();
  const given = repositories.open(folder.path, aborting.signal);
  const waiting = repositories.open(folder.path, signal);
  aborting.abort(new Error('cancelled'));
  await expect(given).rejects.toThrow('cancelled');
  using opened = await waiting;
  expect(opened.paths).toEqual(['a.ts']);
});

test('A13: when all readers waiting for a list have given up, the next one lists again', async () => {
  await using folder = await scratchFolder({ 'a.ts': '' });
  const repositories = new SharedRepositories({ elapsed: () => 0 });
  const aborting = new AbortController();
  const given = repositories.open(folder.path, aborting.signal);
  aborting.abort(new Error('cancelled'));
  await expect(given).rejects.toThrow('cancelled');
  await folder.write({ 'b.ts': '' });
  using opened = await repositories.open(folder.path, signal);
  expect(opened.paths).toEqual(['a.ts', 'b.ts']);
});
