import { readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@runtape/e2e';
import { z } from 'zod';
import type { Tarball } from '../src/pack.ts';
import { npmInstall } from './toolchains.ts';

const BUNDLE_MS = 60_000;
/** Needs a test runner, which who only runs workflows does not install. */
const NOT_IMPORTED = ['@runtape/event-log/conformance'];
/** Packages for browsers, where there are no types of Node. */
const FOR_BROWSERS =
  /^(?:@runtape\/(?:client|client-tabs|contract|events|react|workflow-state)|runtape\/(?:client|react))(?=\/|$)/;

const manifestSchema = z.object({ exports: z.record(z.string(), z.unknown()) });

/** The versions of TypeScript that users may have. */
const ALL = ['5.8', '5.9', '6', '7'];

/**
 * How the consumer is compiled: which folder, how modules are found, and with which TypeScript.
 * What a browser loads is compiled with the oldest and the newest only, for the time it takes.
 */
export const projects = {
  nodenext: { versions: ALL, include: ['src'], module: 'nodenext', types: ['node'] },
  bundler: { versions: ALL, include: ['src'], module: 'preserve', types: ['node'] },
  browser: { versions: ['5.8', '7'], include: ['browser'], module: 'preserve', types: [] },
} as const;

/**
 * Makes the project of somebody else: the tarballs, installed with npm, and a small app with a
 * workflow of its own, whose page is bundled. `src` imports every entry point, and `browser` those
 * for browsers.
 * @returns the entry points, such as `@runtape/engine/bullmq`.
 */
export async function makeConsumer(
  folder: string,
  tarballs: readonly Tarball[],
): Promise<readonly string[]> {
  await npmInstall(folder, {
    ...Object.fromEntries(tarballs.map(({ name, file }) => [name, `file:${file}`])),
    '@tanstack/react-query': '^5',
    '@types/node': '^22',
    '@types/react': '^19',
    bullmq: '^6.7.0',
    ioredis: '^6.0.0',
    esbuild: '^0.28',
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
  await bundlePage(folder);
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
  for (const [name, { include, module, types }] of Object.entries(projects)) {
    const compilerOptions = {
      target: 'es2022',
      module,
      moduleResolution: module === 'nodenext' ? module : 'bundler',
      // tRPC needs `esnext.disposable`, which the types of Node bring.
      lib: ['es2022', 'dom', 'dom.iterable', ...(name === 'browser' ? ['esnext.disposable'] : [])],
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

/** @throws Error with esbuild's words. */
async function bundlePage(folder: string): Promise<void> {
  const args = [
    'exec',
    '--',
    'esbuild',
    'src/page.ts',
    '--bundle',
    '--format=esm',
    '--outdir=dist',
  ];
  const options = { cwd: folder, env: process.env, timeout: BUNDLE_MS };
  const { ok, output } = await runCommand('npm', args, options);
  if (!ok) throw new Error(`The page was not bundled: ${output}`);
}
