import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { expect, test } from 'vitest';
import { saveArchive } from '../src/repository/save-archive.ts';
import { scratchFolder } from './scratch-folder.ts';

const { signal } = new AbortController();
const options = { maxBytes: 1_000, signal };

function streamOf(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks.map((chunk) => Buffer.from(chunk)));
}

test('A6: a download is saved while it arrives', async () => {
  await using folder = await scratchFolder();
  const file = join(folder.path, 'a');
  await saveArchive(streamOf('one', 'two'), file, options);
  expect(await readFile(file, 'utf8')).toBe('onetwo');
});

test('A6: a download above the limit is stopped', async () => {
  await using folder = await scratchFolder();
  const large = streamOf('x'.repeat(600), 'x'.repeat(401));
  await expect(saveArchive(large, join(folder.path, 'a'), options)).rejects.toMatchObject({
    name: 'FatalError',
    code: 'repository_too_large',
  });
});

test('A6: a download that fails midway may be retried', async () => {
  await using folder = await scratchFolder();
  const failing = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('one')),
    pull: (controller) => controller.error(new TypeError('terminated')),
  });
  await expect(saveArchive(failing, join(folder.path, 'a'), options)).rejects.toMatchObject({
    name: 'RetryableError',
    code: 'archive_unreadable',
  });
});

test.skipIf(!existsSync('/dev/full'))(
  'A6: a full disk is a failure that says what to do',
  async () => {
    await expect(saveArchive(streamOf('one'), '/dev/full', options)).rejects.toMatchObject({
      name: 'FatalError',
      code: 'cache_not_writable',
      message: expect.stringContaining('ENOSPC'),
    });
  },
);

test('F4: a download ends with the reason of an abort, and closes the connection', async () => {
  await using folder = await scratchFolder();
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  let hungUp = false;
  const endless = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Buffer.from('one')),
    cancel() {
      hungUp = true;
    },
  });
  const saving = saveArchive(endless, join(folder.path, 'a'), {
    ...options,
    signal: cancel.signal,
  });
  setImmediate(() => cancel.abort(reason));
  await expect(saving).rejects.toBe(reason);
  expect(hungUp).toBe(true);
});
