import { readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Tarball } from '../src/pack.ts';
import { npmInstall } from './toolchains.ts';

/** Needs a test runner, which who only runs workflows does not install. */
const NOT_IMPORTED = ['@runtape/event-log/conformance'];
/** Packages for browsers, where there are no types of Node. */
const FOR_BROWSERS =
  /^(?:@runtape\/(?:client|client-tabs|contract|events|react|workflow-state)|runtape\/(?:client|react))(?=\/|$)/;

const manifestSchema = z.object({ exports: z.record(z.string(), z.unknown()) });

/** How a project of the consumer is compiled: which folder, and how modules are found. */
export const projects = {
  nodenext: { include: ['src'], module: 'nodenext', lib: [], types: ['node'] },
  bundler: { include: ['src'], module: 'preserve', lib: [], types: ['node'] },
  // tRPC needs this library where there are no types of Node.
  browser: { include: ['browser'], module: 'preserve', lib: ['esnext.disposable'], types: [] },
} as const;

/**
 * Makes the project of somebody else: the tarballs, installed with npm, and a small program with a
 * workflow of its own. `src` imports every entry point, and `browser` those for browsers.
 * @returns the entry points, such as `@runtape/engine/bullmq`.
 */
export async function makeConsumer(
  folder: string,
  tarballs: readonly Tarball[],
): Promise<readonly string[]> {
  await npmInstall(folder, {
    ...Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
    '@hono/node-server': '^2.1.8',
    '@types/node': '^22',
    '@types/react': '^19',
    bullmq: '^6.7.0',
    ioredis: '^6.0.0',
    react: '^19',
    zod: '^4.6.7',
  });
  const entries = tarballs.flatMap(({ name }) => entryPointsOf(folder, name));
  await cp(join(import.meta.dirname, 'consumer'), join(folder, 'src'), { recursive: true });
  await mkdir(join(folder, 'browser'));
  await writeFile(join(folder, 'src/entries.ts'), importAll(entries));
  const forBrowsers = entries.filter((entry) => FOR_BROWSERS.test(entry));
  await writeFile(join(folder, 'browser/entries.ts'), importAll(forBrowsers));
  await writeProjects(folder);
  return entries;
}

function entryPointsOf(folder: string, name: string): readonly string[] {
  const file = join(folder, 'node_modules', name, 'package.json');
  const { exports } = manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Object.keys(exports)
    .filter((path) => path !== './package.json')
    .map((path) => `${name}${path.slice(1)}`)
    .filter((entry) => !NOT_IMPORTED.includes(entry));
}

/** A module that imports all of them. */
export function importAll(entries: readonly string[]): string {
  const imports = entries.map((entry, at) => `import * as entry${at} from '${entry}';`);
  const names = entries.map((_, at) => `entry${at}`);
  return `${imports.join('\n')}\nexport const entries = [${names.join(', ')}];\n`;
}

/** Writes a `tsconfig.….json` for each. The types of all dependencies are checked too. */
async function writeProjects(folder: string): Promise<void> {
  for (const [name, { include, module, lib, types }] of Object.entries(projects)) {
    const compilerOptions = {
      target: 'es2022',
      module,
      moduleResolution: module === 'nodenext' ? module : 'bundler',
      lib: ['es2022', 'dom', 'dom.iterable', ...lib],
      types,
      jsx: 'react-jsx',
      strict: true,
      skipLibCheck: false,
      noEmit: true,
      allowImportingTsExtensions: true,
    };
    const file = join(folder, `tsconfig.${name}.json`);
    await writeFile(file, JSON.stringify({ compilerOptions, include }));
  }
}
