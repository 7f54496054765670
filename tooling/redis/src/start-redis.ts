import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithThisProcess, freePort } from '@runtape/e2e';
import type { Certificates } from './make-certificates.ts';
import { findRedisServer } from './find-redis-server.ts';
import { spawnRedis } from './redis-process.ts';
import type { RedisProcess } from './redis-process.ts';
import { RedisToolingError } from './redis-tooling-error.ts';

const HOST = '127.0.0.1';
/** The distance from a node's port to that of its cluster bus. */
export const BUS_PORT_OFFSET = 10_000;
const PORT_ATTEMPTS = 5;

export interface StartRedisOptions {
  /** More arguments for redis-server, after our own. */
  readonly args?: readonly string[];
  /**
   * Keeps the data over `kill()` and `restart()`: every acknowledged write is on disk. Default:
   * false.
   */
  readonly appendOnly?: boolean;
  /** The password for clients and for a primary. Default: none. */
  readonly password?: string;
  /** Accepts only TLS connections, with these files. Default: no TLS. */
  readonly tls?: Pick<Certificates, 'ca' | 'cert' | 'key'>;
  /** Working folder, left in place at the end. Default: a temporary one, removed by `stop()`. */
  readonly dir?: string;
}

/** A separate Redis on 127.0.0.1. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly dir: string;
  /** The id of the current or last process. */
  readonly pid: number;
  /** Ends it and removes its temporary folder. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL; returns when the process is gone. Its folder stays, for `restart()`. */
  kill(): Promise<void>;
  /** Restarts it on the same port and folder; a running process is shut down first. */
  restart(): Promise<void>;
}

/**
 * Starts a Redis server that nothing else uses, on a free port of 127.0.0.1, and returns when it
 * accepts connections.
 *
 * @throws {RedisToolingError} `start_failed` with the server's last output; or what
 * `findRedisServer` throws.
 */
export async function startRedis(options: StartRedisOptions = {}): Promise<RedisServer> {
  const { path } = await findRedisServer();
  const { dir, remove } = await workingFolder(options.dir);
  const launch = (port: number) => spawnRedis(path, serverArguments(port, dir, options));
  let current: RedisProcess;
  let port: number;
  try {
    ({ port, process: current } = await launchOnFreePort(launch));
  } catch (error) {
    await remove();
    throw error;
  }
  const stop = async () => {
    await current.end();
    await remove();
  };
  return {
    url: `${options.tls === undefined ? 'redis' : 'rediss'}://${HOST}:${port}`,
    host: HOST,
    port,
    dir,
    get pid() {
      return current.pid;
    },
    stop,
    kill: () => current.kill(),
    async restart() {
      await current.end();
      current = await launch(port);
    },
    [Symbol.asyncDispose]: stop,
  };
}

async function workingFolder(given: string | undefined) {
  if (given !== undefined) return { dir: given, remove: () => Promise.resolve() };
  const dir = await mkdtemp(join(tmpdir(), 'runtape-redis-'));
  const forget = endWithThisProcess(() => rmSync(dir, { recursive: true, force: true }));
  const remove = async () => {
    forget();
    await rm(dir, { recursive: true, force: true });
  };
  return { dir, remove };
}

function serverArguments(port: number, dir: string, options: StartRedisOptions): string[] {
  const own = {
    ...(options.tls === undefined ? { port: String(port) } : tlsSettings(port, options.tls)),
    ...(options.password !== undefined && {
      requirepass: options.password,
      masterauth: options.password,
    }),
    bind: HOST,
    dir,
    save: '',
    appendonly: options.appendOnly ? 'yes' : 'no',
    // The default, everysec, may acknowledge a write before it has left the process.
    appendfsync: 'always',
  };
  const ownArguments = Object.entries(own).flatMap(([name, value]) => [`--${name}`, value]);
  return [...ownArguments, ...(options.args ?? [])];
}

function tlsSettings(port: number, { ca, cert, key }: Pick<Certificates, 'ca' | 'cert' | 'key'>) {
  return {
    port: '0',
    'tls-port': String(port),
    'tls-ca-cert-file': ca,
    'tls-cert-file': cert,
    'tls-key-file': key,
    'tls-auth-clients': 'no',
    'tls-replication': 'yes',
  };
}

type Launch = (port: number) => Promise<RedisProcess>;

/** Another process may take a free port before the server listens on it. */
async function launchOnFreePort(launch: Launch): Promise<{ port: number; process: RedisProcess }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort([BUS_PORT_OFFSET]);
    try {
      return { port, process: await launch(port) };
    } catch (error) {
      const taken = error instanceof RedisToolingError && error.message.includes('already in use');
      if (!taken || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}
