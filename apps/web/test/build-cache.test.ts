import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cachedBuild } from '../src/build/build-cache.ts';

/** A page with one source file, and a builder that counts its builds. */
async function page() {
  const root = await mkdtemp(join(tmpdir(), 'runtape-page-'));
  const src = join(root, 'src/deep');
  const source = join(src, 'page.txt');
  const folder = join(root, 'dist');
  await mkdir(src, { recursive: true });
  await writeFile(source, 'first');
  let second = 0;
  let builds = 0;
  return {
    folder,
    source,
    get builds() {
      return builds;
    },
    /** Each change is a second later than the one before, however fast the test runs. */
    change: async (path: string, text: string) => {
      await writeFile(path, text);
      second += 1;
      await utimes(path, Date.now() / 1000, Date.now() / 1000 + second);
    },
    keep: (before: (into: string) => Promise<void> = async () => {}) =>
      cachedBuild({
        inputs: [join(root, 'src')],
        folder,
        onBuilding: () => {
          builds += 1;
        },
        build: async (into) => {
          await before(into);
          await writeFile(join(into, 'index.html'), await readFile(source, 'utf8'));
        },
      }),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

const shown = (folder: string) => readFile(join(folder, 'index.html'), 'utf8');

describe('cachedBuild', () => {
  test('builds once, and not again while nothing changes', async () => {
    await using at = await page();
    expect(await shown(await at.keep())).toBe('first');
    expect(await at.keep()).toBe(await at.keep());
    expect(at.builds).toBe(1);
  });

  test('builds again when a deeply nested source file changes; the previous build is kept for running servers', async () => {
    await using at = await page();
    const before = await at.keep();
    await at.change(at.source, 'second');
    const after = await at.keep();
    expect(await shown(after)).toBe('second');
    expect(await shown(before)).toBe('first');
    expect(at.builds).toBe(2);
  });

  test('builds again when a file is removed', async () => {
    await using at = await page();
    const other = join(at.source, '../other.txt');
    await writeFile(other, 'other');
    await utimes(other, 0, 0);
    await at.keep();
    await rm(other);
    await at.keep();
    expect(at.builds).toBe(2);
  });

  test('processes that build concurrently all get a complete build', async () => {
    await using at = await page();
    const all = Promise.withResolvers<void>();
    let building = 0;
    const meet = async (): Promise<void> => {
      building += 1;
      if (building === 3) all.resolve();
      await all.promise;
    };
    const folders = await Promise.all([at.keep(meet), at.keep(meet), at.keep(meet)]);
    expect(new Set(folders).size).toBe(1);
    expect(await shown(folders[0])).toBe('first');
    expect(await readdir(at.folder)).toHaveLength(1);
  });

  test('a failed build leaves no partial build behind', async () => {
    await using at = await page();
    const broken = new Error('The source does not compile.');
    await expect(at.keep(() => Promise.reject(broken))).rejects.toBe(broken);
    expect(await readdir(at.folder)).toEqual([]);
    expect(await shown(await at.keep())).toBe('first');
  });

  test('only the last three builds are kept', async () => {
    await using at = await page();
    for (const text of ['a', 'b', 'c', 'd', 'e']) {
      await at.change(at.source, text);
      await at.keep();
    }
    const kept = await Promise.all(
      (await readdir(at.folder)).map((name) => shown(join(at.folder, name))),
    );
    expect(kept.sort()).toEqual(['c', 'd', 'e']);
  });
});
