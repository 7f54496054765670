import { chmod, glob, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keepInCache, runCommand } from '@runtape/e2e';
import { readRedisVersion } from './read-redis-version.ts';
import { RedisToolingError } from './redis-tooling-error.ts';

const PROGRAM = 'run-redis-server';
const TIMEOUT = 300_000;

/**
 * Downloads Debian's or Ubuntu's redis-server and the libraries this machine lacks, and unpacks
 * them into the user's cache folder, once, for users who may not install.
 *
 * @returns the path of a small script that runs the server with those libraries.
 * @throws {RedisToolingError} `install_failed`, with the end of apt-get's output.
 * @throws {E2eToolingError} `cache_not_writable`.
 */
export async function unpackRedisWithApt(env: NodeJS.ProcessEnv): Promise<string> {
  const folder = await keepInCache({
    name: 'redis-server',
    env,
    isUsable: async (target) => (await readRedisVersion(join(target, PROGRAM), env)).ok,
    async make(target) {
      await downloadPackages(target, env);
      await unpackPackages(target, env);
      await writeProgram(target);
    },
  });
  return join(folder, PROGRAM);
}

async function downloadPackages(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  if ((await download([], folder, env)) === undefined) return;
  // The system's package lists are missing or too old, and only root may fetch them: use our own.
  const state = join(folder, 'apt');
  await mkdir(join(state, 'lists/partial'), { recursive: true });
  const own = ['-o', `Dir::State::Lists=${state}/lists`, '-o', `Dir::Cache=${state}/cache`];
  const update = await apt(['update', ...own], folder, env);
  const failure = update.ok ? await download(own, folder, env) : update.output;
  await rm(state, { recursive: true, force: true });
  if (failure === undefined) return;
  throw new RedisToolingError(
    'install_failed',
    `apt-get could not download redis-server. Install it, or set REDIS_SERVER_PATH to one.\n${failure.slice(-2_000)}`,
  );
}

/** Answers what went wrong, if something did. */
async function download(
  settings: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  // A simulated installation names exactly the packages that this machine lacks.
  const simulate = ['install', '--simulate', '--no-install-recommends', 'redis-server'];
  const plan = await apt([...simulate, ...settings], folder, env);
  const missing = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '');
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
    if (!result.ok) throw new RedisToolingError('install_failed', result.output);
    await rm(join(folder, archive));
  }
}

/** A script and not an environment variable, so that a server is everywhere just a path. */
async function writeProgram(folder: string): Promise<void> {
  const libraries = new Set<string>();
  for await (const file of glob('{lib,usr/lib}/**/*.so*', { cwd: folder })) {
    libraries.add(`$here/${dirname(file)}`);
  }
  const program = join(folder, PROGRAM);
  await writeFile(
    program,
    `#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="${[...libraries].join(':')}" exec "$here/usr/bin/redis-server" "$@"
`,
  );
  await chmod(program, 0o755);
}
