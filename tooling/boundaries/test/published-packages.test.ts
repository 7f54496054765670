import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { root } from '../src/workspace.ts';

const namesSchema = z.record(z.string(), z.string()).default({});
const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  private: z.boolean().default(false),
  dependencies: namesSchema,
  peerDependencies: namesSchema,
  exports: z.record(z.string(), z.unknown()).default({}),
});

const folders = globSync('packages/*', { cwd: root });
const manifests = folders.map((folder) =>
  manifestSchema
    .transform((manifest) => ({ ...manifest, folder }))
    .parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))),
);
const isPublished = (manifest: { private: boolean }): boolean => !manifest.private;
const published = manifests.filter(isPublished);
const folderNameOf = (folder: string): string => folder.replace('packages/', '');

test('packages are published', () => {
  expect(published.length).toBeGreaterThan(10);
});

test.each(published)(
  '$name has a description, and states where it runs',
  ({ folder, ...manifest }) => {
    expect(manifest).toMatchObject({
      description: expect.stringMatching(/^[A-Z].{10,150}\.$/),
      keywords: expect.arrayContaining(['runtape', 'llm', 'workflow']),
      license: 'MIT',
      type: 'module',
      sideEffects: expect.anything(),
      engines: { node: '>=22.13' },
      files: expect.arrayContaining(['dist', 'src']),
      scripts: { prepack: `pnpm -w run build ${folderNameOf(folder)}` },
    });
  },
);

test.each(published)('$name exports sources, which are built when it is packed', (manifest) => {
  const targets = Object.values(manifest.exports);
  expect(targets.length).toBeGreaterThan(0);
  for (const target of targets) {
    expect(target).toMatch(/^\.\/src\/.+\.tsx?$/);
    expect(existsSync(join(root, manifest.folder, String(target)))).toBe(true);
  }
  // The hook in `tooling/build` makes the published manifest from `exports` and from the URL of the
  // repository in the package.json at the root.
  expect(Object.keys(manifest)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(publishConfig|repository|homepage|bugs)$/)]),
  );
});

test.each(published)('$name has a README that says how to install it', ({ folder, name }) => {
  const readme = readFileSync(join(root, folder, 'README.md'), 'utf8');
  expect(readme).toMatch(new RegExp(`^# ${name}\n`));
  const isCreator = name.startsWith('create-');
  const command = isCreator
    ? `npm create ${name.slice('create-'.length)}`
    : `npm install ${name}\n`;
  expect(readme).toContain(command);
  expect(readme).toContain('ESM only.');
});

test.each(published)('$name depends only on published packages', (manifest) => {
  const known = new Set(published.map(({ name }) => name));
  const needed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
  const ours = needed.filter((name) => name.startsWith('@runtape/'));
  expect(ours.filter((name) => !known.has(name))).toEqual([]);
});

test('all published packages have the same version', () => {
  expect(new Set(published.map(({ version }) => version)).size).toBe(1);
});

test('each module of @runtape/react that uses hooks begins with "use client"', () => {
  const sources = globSync('packages/react/src/**/*.{ts,tsx}', { cwd: root });
  const usesHooks =
    /^import \{[^}]*\b(?:use[A-Z]|createContext|QueryClient)[^}]*\} from '(?:react|@tanstack\/react-query)'/m;
  const withHooks = sources.filter((file) =>
    usesHooks.test(readFileSync(join(root, file), 'utf8')),
  );
  const without = withHooks.filter(
    (file) => !readFileSync(join(root, file), 'utf8').startsWith("'use client';\n"),
  );
  expect(withHooks.length).toBeGreaterThan(5);
  expect(without).toEqual([]);
});

/** Their types are in the libraries of TypeScript, so the compiler does not refuse them. */
const NOT_IN_NODE_22 =
  /\b(?:Async)?DisposableStack\b|\bPromise\.try\b|\bError\.isError\b|\bMath\.sumPrecise\b/;

test.each(published)('$name uses nothing that Node 22 lacks', ({ folder }) => {
  const files = globSync(`${folder}/src/**/*.{ts,tsx}`, { cwd: root });
  const wrong = files.filter((file) => NOT_IN_NODE_22.test(readFileSync(join(root, file), 'utf8')));
  expect(wrong).toEqual([]);
});
