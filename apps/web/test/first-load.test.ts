import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { buildPage } from '../src/build/build-page.ts';

const FIRST_LOAD_BYTES = 200_000;
const ENTRY = 'index.html';

const manifestSchema = z.record(
  z.string(),
  z.object({
    file: z.string(),
    imports: z.array(z.string()).default([]),
    dynamicImports: z.array(z.string()).default([]),
    css: z.array(z.string()).default([]),
  }),
);
type Manifest = z.infer<typeof manifestSchema>;

/**
 * Everything that a browser needs before it can draw the page: the entry, its static imports, and
 * their styles.
 */
function neededAtOnce(manifest: Manifest): ReadonlySet<string> {
  const seen = new Set<string>();
  const files = new Set<string>();
  const take = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || seen.has(name)) return;
    seen.add(name);
    for (const file of [chunk.file, ...chunk.css]) files.add(file);
    chunk.imports.forEach(take);
  };
  take(ENTRY);
  return files;
}

test('E8: the first load is under 200 KB gzipped, and further pages are loaded on demand', async () => {
  const folder = await buildPage({ onProgress: () => {} });
  const text = await readFile(join(folder, '.vite/manifest.json'), 'utf8');
  const manifest = manifestSchema.parse(JSON.parse(text));
  const sizes = await Promise.all(
    [...neededAtOnce(manifest)].map(async (file) => ({
      file,
      bytes: gzipSync(await readFile(join(folder, file))).byteLength,
    })),
  );
  expect(sizes.map(({ file }) => file)).toContainEqual(expect.stringMatching(/\.css$/));
  // A failure shows which files are large.
  expect({ sizes, total: sizes.reduce((sum, { bytes }) => sum + bytes, 0) }).toEqual({
    sizes,
    total: expect.toSatisfy((total: number) => total < FIRST_LOAD_BYTES),
  });
  expect(manifest[ENTRY]?.dynamicImports).toEqual(
    expect.arrayContaining([
      'src/workflow/workflow-page.tsx',
      'src/statistics/statistics-page.tsx',
      'src/session/sign-in-page.tsx',
    ]),
  );
});
