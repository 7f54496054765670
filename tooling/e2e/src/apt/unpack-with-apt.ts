import { chmod, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { E2eToolingError } from '../e2e-tooling-error.ts';
import { keepInCache } from '../keep-in-cache.ts';
import { runCommand } from '../processes/run-command.ts';
import type { AptProgram } from './apt-program.ts';

const TIMEOUT = 300_000;

/**
 * Downloads a server of Debian or Ubuntu and the libraries this machine lacks, and unpacks them
 * into the user's cache folder, once, for users who may not install.
 *
 * @param isUsable whether the program at a path runs.
 * @returns the path of a small script that runs the server with those libraries.
 * @throws {E2eToolingError} `install_failed`, with the end of apt-get's output;
 *   `cache_not_writable`.
 */
export async function unpackWithApt(
  program: AptProgram,
  isUsable: (path: string) => Promise<boolean>,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const script = `run-${program.name}`;
  const folder = await keepInCache({
    name: program.name,
    env,
    isUsable: (target) => isUsable(join(target, script)),
    async make(target) {
      await downloadPackages(program, target, env);
      await unpackPackages(target, env);
      await writeScript(join(target, script), program, target);
    },
  });
  return join(folder, script);
}

async function downloadPackages(
  { name, advice }: AptProgram,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  if ((await download(name, [], folder, env)) === undefined) return;
  // The system's package lists are missing or too old, and only root may update them: use our own.
  const state = join(folder, 'apt');
  await mkdir(join(state, 'lists/partial'), { recursive: true });
  const own = ['-o', `Dir::State::Lists=${state}/lists`, '-o', `Dir::Cache=${state}/cache`];
  const update = await apt(['update', ...own], folder, env);
  const failure = update.ok ? await download(name, own, folder, env) : update.output;
  await rm(state, { recursive: true, force: true });
  if (failure === undefined) return;
  throw new E2eToolingError(
    'install_failed',
    `apt-get could not download ${name}. ${advice}\n${failure.slice(-2_000)}`,
  );
}

/** Returns the problem, if there is one. */
async function download(
  name: string,
  settings: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  // A simulated installation names exactly the packages that this machine lacks.
  const simulate = ['install', '--simulate', '--no-install-recommends', name];
  const plan = await apt([...simulate, ...settings], folder, env);
  const missing = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, found]) => found ?? '');
  if (!plan.ok || missing.length === 0) return plan.output;
  const result = await apt(['download', ...settings, ...missing], folder, env);
  return result.ok ? undefined : result.output;
}

function apt(args: readonly string[], folder: string, env: NodeJS.ProcessEnv) {
  return runCommand('apt-get', args, { env, cwd: folder, timeout: TIMEOUT });
}

async function unpackPackages(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  for await (const archive of glob('*.deb', { cwd: folder })) {
    const args = ['--extract', archive, '.'];
    const result = await runCommand('dpkg-deb', args, { env, cwd: folder, timeout: TIMEOUT });
    if (!result.ok) throw new E2eToolingError('install_failed', result.output);
    await rm(join(folder, archive));
  }
}

/** A script rather than an environment variable, so that a server is always just a path. */
async function writeScript(script: string, { path }: AptProgram, folder: string): Promise<void> {
  const libraries = new Set<string>();
  for await (const file of glob('{lib,usr/lib}/**/*.so*', { cwd: folder })) {
    libraries.add(`$here/${dirname(file)}`);
  }
  await writeFile(
    script,
    `#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="${[...libraries].join(':')}" exec "$here/${path}" "$@"
`,
  );
  await chmod(script, 0o755);
}
