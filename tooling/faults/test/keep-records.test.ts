import { readFile, symlink } from 'node:fs/promises';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '@runtape/e2e';
import { expect, test } from 'vitest';
import { keepRecords } from '../src/keep-records.ts';

test('F1: records are written one per line, even if they exceed the maximum length of a string', async () => {
  await using folder = await temporaryFolder();
  // A string holds at most 512 MB; nothing that large is written to disk.
  await symlink(devNull, join(folder.path, 'histories.ndjson'));
  const large = { frames: 'x'.repeat(60_000_000) };
  const starts = [{ key: 'a' }, { key: 'b' }];
  const histories = Array.from({ length: 10 }, () => large);
  await keepRecords(folder.path, { starts, histories }, new Map([['server 1', 'ready']]));
  expect(await readFile(join(folder.path, 'starts.ndjson'), 'utf8')).toBe(
    '{"key":"a"}\n{"key":"b"}\n',
  );
  expect(await readFile(join(folder.path, 'server-1.txt'), 'utf8')).toBe('ready');
});
