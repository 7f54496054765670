import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepInCache, runCommand } from '@runtape/e2e';

/** Each is a package of npm; the names are those of the folders. */
const packages = {
  'node-22': 'npm:node@22.23.3',
  'typescript-5.8': 'npm:typescript@5.8.3',
  'typescript-5.9': 'npm:typescript@5.9.3',
  'typescript-6': 'npm:typescript@6.0.3',
  'typescript-7': 'npm:typescript@7.0.2',
} as const;

const INSTALL_MS = 300_000;

/** The versions of Node and TypeScript that users of the packages may have. */
export interface Toolchains {
  readonly nodes: Readonly<Record<string, string>>;
  readonly compilers: Readonly<Record<string, string>>;
}

/** Finds them in the user's cache; the first run installs them with npm. */
export async function bringToolchains(): Promise<Toolchains> {
  const versions = Object.values(packages).map((name) => name.replace(/^npm:|@/g, '-'));
  const folder = await keepInCache({
    name: `toolchains${versions.join('').replaceAll('typescript', 'ts')}`,
    env: process.env,
    isUsable: (made) => Promise.resolve(filesIn(made).every((file) => existsSync(file))),
    make: (made) => npmInstall(made, packages),
  });
  const [node22 = '', ...compilers] = filesIn(folder);
  const names = ['5.8', '5.9', '6', '7'];
  return {
    nodes: { '22': node22, '24': process.execPath },
    compilers: Object.fromEntries(names.map((name, at) => [name, compilers[at] ?? ''])),
  };
}

function filesIn(folder: string): readonly string[] {
  return Object.keys(packages).map((name) =>
    join(folder, 'node_modules', name, name.startsWith('node') ? 'bin/node' : 'bin/tsc'),
  );
}

/**
 * Installs packages into a folder of their own, as a user would, from npm's cache where possible.
 * @throws Error with npm's words.
 */
export async function npmInstall(
  folder: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = { private: true, type: 'module', dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const args = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: folder, env: process.env, timeout: INSTALL_MS };
  const { ok, output } = await runCommand('npm', args, options);
  if (!ok) throw new Error(`npm install failed in ${folder}: ${output}`);
}
