import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { readdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { SharedRepositories } from '../src/repository/shared-repositories.ts';
import { type BuiltIndex, buildIndex } from '../src/retrieval/build-index.ts';
import { IndexCache, type IndexCacheOptions } from '../src/retrieval/index-cache.ts';
import { type ScratchFolder, scratchFolder } from './scratch-folder.ts';

const { signal } = new AbortController();
const key = { location: 'github.com/acme/app', state: 'a'.repeat(40) };
const files = {
  'code/queue.ts': '// Drains the queue.\n',
  'code/clock.ts': '// Tells the time.\n',
};

function openCache(folder: ScratchFolder, options: Partial<IndexCacheOptions> = {}) {
  const cache = new IndexCache({
    folder: join(folder.path, 'indexes'),
    maxIndexes: 10,
    maxIndexBytes: 1_000_000,
    maxBytes: 10_000_000,
    now: Date.now,
    ...options,
  });
  const remarks: string[] = [];
  const build = vi.fn<() => Promise<BuiltIndex>>(async () =>
    buildIndex(await new SharedRepositories().open(join(folder.path, 'code'), signal), {
      signal,
      onProgress: async () => undefined,
    }),
  );
  const get = async (changes: { location?: string; state?: string; signal?: AbortSignal } = {}) => {
    const { indexed, built } = await cache.get(
      { ...key, ...changes },
      {
        build,
        signal: changes.signal ?? signal,
        onRemark: async ({ message, fields }) => void remarks.push(`${message} (${fields.reason})`),
      },
    );
    const found = await indexed.index.find([{ text: 'queues', weight: 1 }]);
    const paths = found.map(({ path }) => path);
    return { wasBuilt: built !== null, found: paths, files: indexed.files };
  };
  return { get, build, remarks };
}

async function indexFiles(folder: ScratchFolder): Promise<string[]> {
  const names = await readdir(join(folder.path, 'indexes'));
  return names.map((name) => join(folder.path, 'indexes', name));
}

async function theFile(folder: ScratchFolder): Promise<string> {
  const [file = '', ...others] = await indexFiles(folder);
  expect(others).toEqual([]);
  return file;
}

test('D3: an index is built once and then found, even by another cache on the same folder', async () => {
  await using folder = await scratchFolder(files);
  const first = openCache(folder);
  const built = { wasBuilt: true, found: ['queue.ts'], files: 2 };
  expect(await first.get()).toEqual(built);
  expect(await first.get()).toEqual({ ...built, wasBuilt: false });
  const second = openCache(folder);
  expect(await second.get()).toEqual({ ...built, wasBuilt: false });
  expect(second.build).not.toHaveBeenCalled();
  expect([...first.remarks, ...second.remarks]).toEqual([]);
});

test('D3: a new state of a location replaces its index, and another location has its own', async () => {
  await using folder = await scratchFolder(files);
  const { get } = openCache(folder);
  await get();
  expect(await get({ state: 'b'.repeat(40) })).toMatchObject({ wasBuilt: true });
  await theFile(folder);
  await get({ location: 'github.com/acme/other' });
  expect(await indexFiles(folder)).toHaveLength(2);
});

const damages: readonly [string, (file: string) => Promise<void>][] = [
  ['cut short', async (file) => truncate(file, (await stat(file)).size - 20)],
  ['empty', (file) => truncate(file, 0)],
  ['another format', (file) => writeFile(file, 'hello')],
  ['another format, compressed', (file) => writeFile(file, gzipSync('hello\nworld'))],
  [
    'changed in the middle',
    async (file) => {
      const bytes = await readFile(file);
      bytes.writeUInt32LE(0xdead_beef, Math.floor(bytes.length / 2));
      await writeFile(file, bytes);
    },
  ],
  [
    'without its last line',
    async (file) => {
      const lines = gunzipSync(await readFile(file))
        .toString()
        .split('\n');
      await writeFile(file, gzipSync(lines.slice(0, -1).join('\n')));
    },
  ],
  [
    'made of mismatched parts',
    async (file) => {
      const lines = gunzipSync(await readFile(file))
        .toString()
        .split('\n');
      await writeFile(file, gzipSync(lines.with(1, '[["a.ts",1,1]]').join('\n')));
    },
  ],
];

test.each(damages)(
  'D3: an index file that is %s is built again, with a message',
  async (_, damage) => {
    await using folder = await scratchFolder(files);
    const { get, remarks } = openCache(folder);
    await get();
    await damage(await theFile(folder));
    expect(await get()).toEqual({ wasBuilt: true, found: ['queue.ts'], files: 2 });
    expect(remarks).toEqual([expect.stringContaining('cannot be read, so it is built again')]);
    expect(await get()).toMatchObject({ wasBuilt: false });
    await theFile(folder);
  },
);

test('D3: an index of another version of Runtape is ignored', async () => {
  await using folder = await scratchFolder(files);
  const { get, remarks } = openCache(folder);
  await get();
  const file = await theFile(folder);
  const content = gunzipSync(await readFile(file)).toString();
  await writeFile(file, gzipSync(content.replace('"version":1', '"version":999')));
  expect(await get()).toMatchObject({ wasBuilt: true });
  expect(remarks).toEqual([]);
});

test('D3: only the first of several concurrent questions in a process builds the index', async () => {
  await using folder = await scratchFolder(files);
  const { get, build } = openCache(folder);
  const got = await Promise.all([get(), get(), get()]);
  expect(got.map(({ wasBuilt }) => wasBuilt)).toEqual([true, false, false]);
  expect(build).toHaveBeenCalledTimes(1);
});

test('D3: F4: a question that is cancelled while it waits or builds does not delay the others', async () => {
  await using folder = await scratchFolder(files);
  const { get, build } = openCache(folder);
  const reason = new Error('cancelled');
  const building = new AbortController();
  const waiting = new AbortController();
  const began = Promise.withResolvers<void>();
  build.mockImplementationOnce(async () => {
    began.resolve();
    const { promise, reject } = Promise.withResolvers<BuiltIndex>();
    building.signal.addEventListener('abort', () => reject(reason));
    return promise;
  });
  const first = get({ signal: building.signal });
  const second = get({ signal: waiting.signal });
  const third = get();
  await began.promise;
  waiting.abort(reason);
  await expect(second).rejects.toBe(reason);
  building.abort(reason);
  await expect(first).rejects.toBe(reason);
  expect(await third).toMatchObject({ wasBuilt: true });
});

test('D3: two processes can index the same folder concurrently, and leave one complete index for a third', async () => {
  const many = Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `code/f${index}.ts`,
      `export const value${index} = ${index};\n`.repeat(60),
    ]),
  );
  await using folder = await scratchFolder({ ...many, ...files });
  const run = async (): Promise<unknown> => {
    const script = join(import.meta.dirname, 'index-process.ts');
    const args = [script, join(folder.path, 'indexes'), join(folder.path, 'code')];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    return JSON.parse(await text(child.stdout));
  };
  const [one, two] = await Promise.all([run(), run()]);
  const expected = { remarks: [], best: 'queue.ts', wasBuilt: expect.any(Boolean) };
  expect(one).toEqual(expected);
  expect(two).toEqual(expected);
  expect(await run()).toEqual({ ...expected, wasBuilt: false });
  await theFile(folder);
});

test('D3: the least recently used indexes are removed, by number and by size, and so are the remains of a crash', async () => {
  await using folder = await scratchFolder({ ...files, 'indexes/unfinished-x/index': 'half' });
  const old = new Date(Date.now() - 3 * 3_600_000);
  await utimes(join(folder.path, 'indexes/unfinished-x'), old, old);
  const { get } = openCache(folder, { maxIndexes: 2 });
  for (const [age, location] of ['one', 'two'].entries()) {
    await get({ location });
    const newest = await newestOf(folder);
    const at = new Date(old.getTime() + age * 1_000);
    await utimes(newest, at, at);
  }
  // Used again, so it is now the most recent.
  expect(await get({ location: 'one' })).toMatchObject({ wasBuilt: false });
  await get({ location: 'three' });
  expect(await indexFiles(folder)).toHaveLength(2);
  expect(await get({ location: 'one' })).toMatchObject({ wasBuilt: false });
  expect(await get({ location: 'two' })).toMatchObject({ wasBuilt: true });

  const small = openCache(folder, { maxBytes: 1 });
  await small.get({ location: 'four' });
  expect(await indexFiles(folder)).toHaveLength(1);
  expect(await small.get({ location: 'four' })).toMatchObject({ wasBuilt: false });
});

async function newestOf(folder: ScratchFolder): Promise<string> {
  const all = await indexFiles(folder);
  const times = await Promise.all(
    all.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })),
  );
  return times.toSorted((a, b) => b.at - a.at)[0]?.file ?? '';
}

test('D3: an index that is too large to store, or cannot be stored, is still used', async () => {
  await using folder = await scratchFolder(files);
  const large = openCache(folder, { maxIndexBytes: 10 });
  expect(await large.get()).toMatchObject({ wasBuilt: true, found: ['queue.ts'] });
  expect(large.remarks).toEqual([expect.stringContaining('too large to be kept')]);

  await folder.write({ indexes: 'a file where the folder should be' });
  const blocked = openCache(folder);
  expect(await blocked.get()).toMatchObject({ wasBuilt: true, found: ['queue.ts'] });
  expect(blocked.remarks.at(-1)).toContain('could not be kept');
  expect(blocked.remarks.join('')).not.toContain(folder.path);
});
