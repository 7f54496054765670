import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  endWithThisProcess,
  freePort,
  type ProgramEnv,
  type SpawnedProcess,
  spawnProgram,
  spawnServer,
  spawnWorker,
  temporaryFolder,
} from '@runtape/e2e';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { startRedis, startRedisCluster } from '@runtape/redis';
import type { StoreKind } from '../schedule/fault-kinds.ts';
import { startTcpProxy, type TcpProxy } from '../tcp-proxy.ts';
import { preloadEnv } from './preloads.ts';
import { Program } from './program.ts';
import { type RedisNode, withProxy } from './redis-node.ts';
import type { Cluster } from './cluster.ts';

const writerFile = fileURLToPath(import.meta.resolve('./writer.ts'));

/** The number of servers, and of workers. */
const COUNT = 2;
/**
 * More than the number of concurrent workflows, so that a workflow that lost its worker need not
 * wait.
 */
const WORKERS = '12';

/** The first start of a fresh checkout builds the page, which takes long on a busy machine. */
const READY_WITHIN_MS = 120_000;

const programEnv = {
  // Internal: the harness's own tests use it to make the real programs break a law.
  ...preloadEnv(process.env['FAULTS_NODE_OPTIONS']),
  HEARTBEAT_SECONDS: '1',
  LEASE_SECONDS: '3',
  DEMO_TOKENS_PER_SECOND: '120',
  LOG_LEVEL: 'warn',
} as const;

/** Starts the programs and proxies on a store of this kind. */
export async function startCluster(store: StoreKind): Promise<Cluster> {
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await temporaryFolder());
  const forget = endWithThisProcess(() => rmSync(folder.path, { recursive: true, force: true }));
  starting.defer(forget);
  const { redis, env: storeEnv, openLog } = await startStore(store, folder.path, starting);
  const env = { ...programEnv, ...storeEnv, RUNTAPE_CACHE: join(folder.path, 'cache') };
  const isEmbedded = redis.length === 0;
  const serverEnv = { ...env, WORKERS: isEmbedded ? WORKERS : '0' };
  const servers: Program[] = [];
  const serverLinks: TcpProxy[] = [];
  for (let index = 0; index < COUNT; index += 1) {
    const port = await freePort();
    const server = await launch({
      name: `server ${index + 1}`,
      port,
      spawn: () => spawnServer({ ...serverEnv, PORT: String(port) }),
      readyLine: /^Runtape is ready at/,
    });
    servers.push(starting.use(server));
    serverLinks.push(starting.use(await startTcpProxy({ to: port })));
  }
  const workers: Program[] = [];
  const workerCount = isEmbedded ? 0 : COUNT;
  for (let index = 0; index < workerCount; index += 1) {
    const worker = await launch({
      name: `worker ${index + 1}`,
      port: null,
      spawn: () => spawnWorker({ ...env, WORKERS }),
      readyLine: /^Runtape worker is ready/,
    });
    workers.push(starting.use(worker));
  }
  const writerPort = await freePort();
  const writerEnv = { ...env, WORKERS, PORT: String(writerPort) };
  const writer = starting.use(
    await launch({
      name: 'writer',
      port: writerPort,
      spawn: () => spawnProgram(writerFile, [], { env: writerEnv }),
      readyLine: /^The writer is ready/,
    }),
  );
  const rest = starting.move();
  return {
    servers,
    workers,
    writer,
    writerOrigin: `http://127.0.0.1:${writerPort}`,
    serverLinks,
    redis,
    openLog,
    [Symbol.asyncDispose]: () => rest.disposeAsync(),
  };
}

interface LaunchOptions {
  readonly name: string;
  readonly port: number | null;
  readonly spawn: () => SpawnedProcess;
  /** The line that it prints when it is ready. */
  readonly readyLine: RegExp;
}

async function launch({ name, port, spawn, readyLine }: LaunchOptions): Promise<Program> {
  return await Program.launch({ name, port, start: () => untilReady(spawn(), readyLine) });
}

/** A process that does not become ready is ended, so that another can replace it. */
async function untilReady(process: SpawnedProcess, line: RegExp): Promise<SpawnedProcess> {
  try {
    await process.waitForLine(line, { timeout: READY_WITHIN_MS });
    return process;
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

interface StartedStore extends Pick<Cluster, 'redis' | 'openLog'> {
  readonly env: ProgramEnv;
}

async function startStore(
  store: StoreKind,
  folder: string,
  starting: AsyncDisposableStack,
): Promise<StartedStore> {
  switch (store) {
    case 'sqlite': {
      const file = join(folder, 'runtape.db');
      return {
        redis: [],
        env: { RUNTAPE_DB: file },
        openLog: () => openSqliteEventLog({ file }),
      };
    }
    case 'redis': {
      const server = starting.use(await startRedis({ appendOnly: true }));
      const node = await withProxy(starting, server, { isClusterNode: false });
      return {
        redis: [node],
        env: { REDIS_URL: `redis://127.0.0.1:${node.link.port}` },
        openLog: () => openRedisEventLog({ url: server.url }),
      };
    }
    case 'cluster': {
      const cluster = starting.use(await startRedisCluster({ appendOnly: true }));
      const nodes: RedisNode[] = [];
      for (const server of cluster.nodes) {
        nodes.push(await withProxy(starting, server, { isClusterNode: true }));
      }
      return {
        redis: nodes,
        env: { REDIS_CLUSTER_NODES: nodes.map(({ link }) => `127.0.0.1:${link.port}`).join(',') },
        openLog: () =>
          openRedisEventLog({
            cluster: nodes.map(({ link }) => ({ host: '127.0.0.1', port: link.port })),
          }),
      };
    }
  }
}
