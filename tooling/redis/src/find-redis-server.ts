import {
  type AptProgram,
  E2eToolingError,
  findOnPath,
  installWithApt,
  runCommand,
  unpackWithApt,
} from '@runtape/e2e';
import { RedisToolingError } from './redis-tooling-error.ts';

const aptProgram: AptProgram = {
  name: 'redis-server',
  path: 'usr/bin/redis-server',
  advice: 'Install it, or set REDIS_SERVER_PATH to one.',
};

export interface RedisServerBinary {
  /** Absolute path of a program that takes redis-server's arguments. */
  readonly path: string;
  readonly version: string;
  /** The reason for this choice, worded to follow the path. */
  readonly reason: string;
}

export interface FindRedisServerOptions {
  /** Default: the environment of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: the platform of this process. */
  readonly platform?: NodeJS.Platform;
  /** Whether packages may be installed for the whole system. Default: this process is root. */
  readonly isRoot?: boolean;
}

/**
 * Finds a Redis 7.0 (or Valkey) server: `REDIS_SERVER_PATH`, then `redis-server` or `valkey-server`
 * on PATH, then Debian's and Ubuntu's packages (installed as root, otherwise unpacked into a cache
 * folder). Later calls find what the first one installed.
 *
 * @throws {RedisToolingError} `server_unusable` if the server is too old or does not run,
 *    `install_failed`, `server_not_found` on platforms without an installer.
 */
export async function findRedisServer(
  options: FindRedisServerOptions = {},
): Promise<RedisServerBinary> {
  const env = options.env ?? process.env;
  const named = env['REDIS_SERVER_PATH'];
  if (named !== undefined && named !== '') {
    return { ...usable(named, await readRedisVersion(named, env)), reason: 'REDIS_SERVER_PATH' };
  }
  const installed = await findInstalled(env);
  if (installed) return installed;

  const platform = options.platform ?? process.platform;
  const aptGet = platform === 'linux' ? await findOnPath('apt-get', env) : undefined;
  if (aptGet === undefined) {
    throw new RedisToolingError('server_not_found', adviceFor(platform));
  }
  if (!(options.isRoot ?? process.getuid?.() === 0)) {
    const isUsable = async (found: string) => (await readRedisVersion(found, env)).ok;
    const path = await unpackWithApt(aptProgram, isUsable, env).catch(toRedisToolingError);
    return { ...usable(path, await readRedisVersion(path, env)), reason: 'unpacked from apt' };
  }
  await installWithApt(aptProgram, aptGet, env).catch(toRedisToolingError);
  const newlyInstalled = await findInstalled(env);
  if (newlyInstalled)
    return { ...newlyInstalled, reason: 'installed with apt-get, none was on PATH' };
  throw new RedisToolingError(
    'install_failed',
    'apt-get installed redis-server, but it is not on PATH. Set REDIS_SERVER_PATH to it.',
  );
}

function toRedisToolingError(error: unknown): never {
  if (!(error instanceof E2eToolingError) || error.code !== 'install_failed') throw error;
  throw new RedisToolingError('install_failed', error.message, { cause: error });
}

async function findInstalled(env: NodeJS.ProcessEnv): Promise<RedisServerBinary | undefined> {
  let tooOld: { path: string; version: RedisVersion } | undefined;
  for (const name of ['redis-server', 'valkey-server']) {
    const path = await findOnPath(name, env);
    if (path === undefined) continue;
    const version = await readRedisVersion(path, env);
    if (version.ok) return { path, version: version.text, reason: 'on PATH' };
    tooOld ??= { path, version };
  }
  // Installing over an existing server could upgrade, and so restart, one that is in use.
  return tooOld && { ...usable(tooOld.path, tooOld.version), reason: 'on PATH' };
}

function usable(path: string, version: RedisVersion): { path: string; version: string } {
  if (version.ok) return { path, version: version.text };
  throw new RedisToolingError(
    'server_unusable',
    `${path} cannot be used: ${version.text}. Redis 7.0 or later, or Valkey, is needed; ` +
      `set REDIS_SERVER_PATH to one.`,
  );
}

function adviceFor(platform: NodeJS.Platform): string {
  const missing = 'The tests need redis-server 7.0 or later, or valkey-server, and found neither.';
  const orName = 'or set REDIS_SERVER_PATH to one.';
  switch (platform) {
    case 'darwin':
      return `${missing} Run \`brew install redis\`, ${orName}`;
    case 'win32':
      return `${missing} Redis does not run on Windows itself: run the tests inside WSL.`;
    default:
      return `${missing} Install it with this system's package manager (dnf install valkey, apk add redis, pacman -S valkey), ${orName}`;
  }
}

/** Sharded pub/sub and CLUSTER ADDSLOTSRANGE exist since Redis 7.0; Valkey is newer. */
const OLDEST_MAJOR = 7;

interface RedisVersion {
  /** Whether it runs and is new enough. */
  readonly ok: boolean;
  /** The version, such as `7.0.15`, or the problem. */
  readonly text: string;
}

async function readRedisVersion(path: string, env: NodeJS.ProcessEnv): Promise<RedisVersion> {
  const { output } = await runCommand(path, ['--version'], { env, timeout: 60_000 });
  const version = /\bv=((\d+)\.[\d.]+)/.exec(output);
  if (!version?.[1]) return { ok: false, text: `it does not run (${output.trim()})` };
  const recent = Number(version[2]) >= OLDEST_MAJOR;
  return { ok: recent, text: recent ? version[1] : `version ${version[1]} is too old` };
}
