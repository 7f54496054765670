import { runCommand } from '@runtape/e2e';

/** Sharded pub/sub and CLUSTER ADDSLOTSRANGE exist since Redis 7.0; Valkey is newer. */
const OLDEST_MAJOR = 7;

export interface RedisVersion {
  /** Whether it runs and is new enough. */
  readonly ok: boolean;
  /** The version, such as `7.0.15`, or the problem. */
  readonly text: string;
}

export async function readRedisVersion(
  path: string,
  env: NodeJS.ProcessEnv,
): Promise<RedisVersion> {
  const { output } = await runCommand(path, ['--version'], { env, timeout: 60_000 });
  const version = /\bv=((\d+)\.[\d.]+)/.exec(output);
  if (!version?.[1]) return { ok: false, text: `it does not run (${output.trim()})` };
  const recent = Number(version[2]) >= OLDEST_MAJOR;
  return { ok: recent, text: recent ? version[1] : `version ${version[1]} is too old` };
}
