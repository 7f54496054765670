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

const worker = join(import.meta.dirname, '../../../../apps/worker/src/main.ts');
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

/** Starts the programs over a store of the kind, and the proxies. */
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
    servers.push(starting.use(await launchServer(`server ${index + 1}`, serverEnv, port)));
    serverLinks.push(starting.use(await startTcpProxy({ to: port })));
  }
  const workers: Program[] = [];
  const workerCount = isEmbedded ? 0 : COUNT;
  for (let index = 0; index < workerCount; index += 1) {
    workers.push(starting.use(await launchWorker(`worker ${index + 1}`, { ...env, WORKERS })));
  }
  const writerPort = await freePort();
  const writer = starting.use(await launchWriter({ ...env, WORKERS }, writerPort));
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

async function launchServer(name: string, env: ProgramEnv, port: number): Promise<Program> {
  const start = async (): Promise<SpawnedProcess> =>
    await untilReady(spawnServer({ ...env, PORT: String(port) }), /^Runtape is ready at/);
  return await Program.launch({ name, port, start });
}

async function launchWorker(name: string, env: ProgramEnv): Promise<Program> {
  const start = async (): Promise<SpawnedProcess> =>
    await untilReady(spawnProgram(worker, [], { env }), /^Runtape worker is ready/);
  return await Program.launch({ name, port: null, start });
}

async function launchWriter(env: ProgramEnv, port: number): Promise<Program> {
  const own = { ...env, PORT: String(port) };
  const start = async (): Promise<SpawnedProcess> =>
    await untilReady(spawnProgram(writerFile, [], { env: own }), /^The writer is ready/);
  return await Program.launch({ name: 'writer', port, start });
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
      const node = await withProxy(server, { isClusterNode: false });
      starting.use(node.link);
      starting.use(node.writes);
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
        const node = await withProxy(server, { isClusterNode: true });
        starting.use(node.link);
        starting.use(node.writes);
        nodes.push(node);
      }
      return {
        redis: nodes,
        env: {
          REDIS_CLUSTER_NODES: nodes.map(({ link }) => `127.0.0.1:${link.port}`).join(','),
        },
        openLog: () =>
          openRedisEventLog({
            cluster: nodes.map(({ link }) => ({ host: '127.0.0.1', port: link.port })),
          }),
      };
    }
  }
}
