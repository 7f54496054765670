import { monitorEventLoopDelay } from 'node:perf_hooks';
import { makeEvent, makeToken } from '@runtape/testing';
import { Redis } from 'ioredis';
import { expose } from '../processes/expose.ts';
import { eventOf, getRequest, idOf, textOf } from './live-server.ts';
import { startRedisRecipe } from './redis-recipe.ts';
import { onWorkflowEvents, plainSse, plainSseSnapshot, startRuntapeServer } from './runtape.ts';
import { startStoredMergedInRedis, startStoredMergedInSqlite } from './stored-merged.ts';
import { writeWorkflow } from './write-workflow.ts';

const AT_ONCE = 500;
const surfaces = { plainSse, plainSseSnapshot, onWorkflowEvents };

/** The kinds of servers with a history. */
export type HistoryKind = 'stored merged' | 'recipe' | 'runtape';
export type HistoryStore = 'SQLite' | 'Redis';

interface HistoryWorkflow {
  readonly tokens: number;
  readonly isRunning: boolean;
  readonly surface: keyof typeof surfaces;
}

/** A server with workflows that have a history. */
interface HistoryServer {
  readonly port: number;
  /** Writes a workflow with one event per token. @returns the request of a late watcher. */
  write(workflow: HistoryWorkflow): Promise<string>;
}

const delays = monitorEventLoopDelay({ resolution: 1 });
let historyServer: HistoryServer | undefined;

const functions = {
  start: async (kind: HistoryKind, store: HistoryStore, folder: string, redisUrl: string) => {
    historyServer = await start(kind, store, folder, redisUrl);
    delays.enable();
    return historyServer.port;
  },
  write: async (workflow: HistoryWorkflow): Promise<string> =>
    (await historyServer?.write(workflow)) ?? '',
  /** The longest block of the event loop since the last call, in ms. */
  longestBlockMs: (): number => {
    const longest = delays.max / 1e6;
    delays.reset();
    return longest;
  },
};

export type HistoryFunctions = typeof functions;

expose(functions);

async function start(
  kind: HistoryKind,
  store: HistoryStore,
  folder: string,
  redisUrl: string,
): Promise<HistoryServer> {
  if (kind === 'recipe') return await startRecipe(folder, redisUrl);
  if (kind === 'runtape') {
    return await startOurs(store === 'Redis' ? { folder, redisUrl } : { folder });
  }
  const merged = await (store === 'Redis'
    ? startStoredMergedInRedis(redisUrl)
    : startStoredMergedInSqlite(folder));
  return {
    port: merged.port,
    write: async ({ tokens, isRunning }) => getRequest(await merged.store(tokens, isRunning)),
  };
}

async function startRecipe(folder: string, redisUrl: string): Promise<HistoryServer> {
  const redis = new Redis(redisUrl);
  const server = await startRedisRecipe({ events: 'token', folder, redisUrl });
  let written = 0;
  return {
    port: server.port,
    write: async ({ tokens }) => {
      written += 1;
      const workflowId = `past-${process.pid}-${written}`;
      for (let from = 0; from < tokens; from += AT_ONCE) {
        const texts = numbersAfter(from, tokens).map((number) =>
          JSON.stringify({ id: idOf(number), data: eventOf(number, 'token') }),
        );
        await redis.lpush(`${workflowId}:history`, ...texts);
      }
      return server.requestOf(workflowId);
    },
  };
}

async function startOurs(where: {
  readonly folder: string;
  readonly redisUrl?: string;
}): Promise<HistoryServer> {
  const {
    port,
    store: { log },
  } = await startRuntapeServer(where);
  return {
    port,
    write: async ({ tokens, isRunning, surface }) => {
      const workflow = await writeWorkflow(log);
      for (let from = 0; from < tokens; from += AT_ONCE) {
        const numbers = numbersAfter(from, tokens);
        await workflow.append(...numbers.map((number) => makeToken(textOf(number))));
      }
      const end = { durationMs: 1, usage: null, cost: null, result: null };
      if (!isRunning) await workflow.append(makeEvent('workflow:completed', end));
      return surfaces[surface](workflow.workflowId);
    },
  };
}

function numbersAfter(from: number, last: number): readonly number[] {
  return Array.from({ length: Math.min(AT_ONCE, last - from) }, (_, index) => from + index + 1);
}
