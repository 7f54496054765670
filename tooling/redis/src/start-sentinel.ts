import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@runtape/e2e';
import { findRedisServer } from './find-redis-server.ts';
import { spawnRedis } from './redis-process.ts';
import type { RedisServer } from './start-redis.ts';

const HOST = '127.0.0.1';

export interface StartSentinelOptions {
  readonly master: Pick<RedisServer, 'host' | 'port'>;
  /** The name of the master. Default: `main`. */
  readonly name?: string;
  /** The password of the master. Default: none. */
  readonly masterPassword?: string;
  /** The password for the Sentinel's own clients. Default: none. */
  readonly password?: string;
}

/** A separate Sentinel: it alone decides that a master is down, within about a second. */
export interface Sentinel extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Starts a Sentinel that monitors a master, on a free port of 127.0.0.1.
 *
 * @throws {RedisToolingError} `start_failed` with its last output; or what `findRedisServer`
 *    throws.
 */
export async function startSentinel(options: StartSentinelOptions): Promise<Sentinel> {
  const { path } = await findRedisServer();
  const { master, name = 'main', masterPassword, password } = options;
  const dir = await mkdtemp(join(tmpdir(), 'runtape-sentinel-'));
  const port = await freePort();
  const settings = [
    `port ${port}`,
    `bind ${HOST}`,
    `dir ${dir}`,
    `sentinel monitor ${name} ${master.host} ${master.port} 1`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 2000`,
    ...(masterPassword === undefined ? [] : [`sentinel auth-pass ${name} ${masterPassword}`]),
    ...(password === undefined ? [] : [`requirepass ${password}`]),
  ];
  // A Sentinel stores its state in its configuration file.
  const file = join(dir, 'sentinel.conf');
  await writeFile(file, `${settings.join('\n')}\n`);
  const remove = () => rm(dir, { recursive: true, force: true });
  const process = await spawnRedis(path, [file, '--sentinel'], /\+monitor master/).catch(
    async (error: unknown) => {
      await remove();
      throw error;
    },
  );
  const stop = async () => {
    await process.end();
    await remove();
  };
  return { host: HOST, port, stop, [Symbol.asyncDispose]: stop };
}
