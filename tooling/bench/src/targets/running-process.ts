import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createWorker, createWorkflowStarter, defineWorkflow } from '@runtape/engine';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { untilEnded } from '../load/watch-to-the-end.ts';
import { nowMs } from '../measure/clock.ts';
import { readUsage } from '../measure/usage.ts';
import { expose } from '../processes/expose.ts';
import { checkOf } from '../writers/open-log.ts';
import { eventOf } from './live-server.ts';
import { startRuntapeServer } from './runtape.ts';

const SECOND_MS = 1000;
const P50 = 50;
const P99 = 99;

interface RunningOptions {
  /** `tokens` only writes tokens; `commentOnIssue` is the product's own workflow. */
  readonly workflow: 'tokens' | 'commentOnIssue';
  readonly atOnce: number;
  readonly folder: string;
  readonly redisUrl: string | undefined;
  readonly modelUrl: string;
}

/** The outcome of a workflow. Times in ms since 1970. */
export interface WorkflowOutcome {
  readonly status: string;
  /** The sequence number of its last event. */
  readonly tail: number;
  readonly createdAt: number;
  readonly endedAt: number;
  /** The output tokens that the model reported; 0 without a model. */
  readonly outputTokens: number;
}

/** The CPU time of the server, and its event-loop delay since the last reset. */
export interface ServerUsage {
  readonly cpuMicros: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
}

const inputSchema = z.object({
  tokens: z.number(),
  perSecond: z.number(),
  /**
   * The delay of the first token after the release, in ms, so that workflows do not write at the
   * same moment.
   */
  phaseMs: z.number(),
});

/** Opens when all watchers are connected. */
let gate = Promise.withResolvers<void>();

const tokensOnly = defineWorkflow({
  name: 'tokens',
  input: inputSchema,
  result: z.null(),
  run: async (context, { tokens, perSecond, phaseMs }) => {
    await gate.promise;
    const startMs = nowMs() + phaseMs;
    for (let number = 1; number <= tokens; number += 1) {
      const dueInMs = startMs + ((number - 1) / perSecond) * SECOND_MS - nowMs();
      if (dueInMs > 0) await delay(dueInMs);
      const { type, data } = eventOf(number, 'token');
      await context.emit(type, data);
    }
    return null;
  },
});

type Started = Awaited<ReturnType<typeof start>>;
let started: Started | undefined;
const delays = monitorEventLoopDelay({ resolution: 1 });

function server(): Started {
  if (started === undefined) throw new TypeError('The server is not started.');
  return started;
}

/** The server with embedded workers, as `pnpm start` runs it. */
async function start(options: RunningOptions) {
  const { workflow, atOnce, folder, redisUrl, modelUrl } = options;
  const isProduct = workflow === 'commentOnIssue';
  const { port, store } = await startRuntapeServer(
    { folder, redisUrl },
    {
      WORKERS: isProduct ? String(atOnce) : '0',
      OPENAI_BASE_URL: modelUrl,
      OPENAI_MODEL: 'runtape-demo',
    },
  );
  if (!isProduct) {
    const { log, queue } = store;
    const definitions = [tokensOnly];
    await createWorker({
      log,
      queue,
      definitions,
      concurrency: atOnce,
      onError: console.error,
    }).start();
  }
  const starter = createWorkflowStarter(store);
  return { port, log: store.log, starter, workflow };
}

const functions = {
  start: async (options: RunningOptions): Promise<number> => {
    started = await start(options);
    delays.enable();
    return started.port;
  },
  /** Starts workflows; those that only write tokens wait for `release`. */
  begin: async (count: number, tokens: number, perSecond: number): Promise<WorkflowId[]> => {
    const { starter, workflow } = server();
    gate = Promise.withResolvers();
    delays.reset();
    const ids: WorkflowId[] = [];
    for (let index = 0; index < count; index += 1) {
      const phaseMs = ((index / count) * SECOND_MS) / perSecond;
      const { workflowId } = await starter.start({
        workflow,
        input:
          workflow === 'tokens'
            ? { tokens, perSecond, phaseMs }
            : { target: { kind: 'sample', name: 'resume-after-reconnect' }, post: false },
        summary: { title: 'A bench', target: 'sample:resume-after-reconnect' },
      });
      ids.push(workflowId);
    }
    return ids;
  },
  /** Resets the measurement of the event loop. */
  release: (): void => {
    delays.reset();
    gate.resolve();
  },
  /**
   * Waits until all workflows have ended; reads one at a time, because the measured server does the
   * reading.
   */
  untilAllEnded: async (ids: readonly WorkflowId[]): Promise<readonly WorkflowOutcome[]> => {
    const { log } = server();
    const ended: WorkflowOutcome[] = [];
    for (const workflowId of ids) {
      const { status, tail, createdAt, endedAt } = await untilEnded(log, workflowId);
      const { entries } = await log.read(workflowId, { after: tail - 1, limit: 1 });
      const last = entries[0]?.event;
      const usage = last?.type === 'workflow:completed' ? last.data.usage : null;
      const outputTokens = usage?.outputTokens ?? 0;
      ended.push({ status, tail, createdAt, endedAt: endedAt ?? Number.NaN, outputTokens });
    }
    return ended;
  },
  usage: (): ServerUsage => ({
    cpuMicros: readUsage().cpuMicros,
    delayP50Ms: delays.percentile(P50) / 1e6,
    delayP99Ms: delays.percentile(P99) / 1e6,
  }),
  /** Verifies the stored events of workflows that only write tokens. @returns the problems. */
  check: async (ids: readonly WorkflowId[], tokens: number): Promise<readonly string[]> => {
    const problems: string[] = [];
    for (const id of ids) {
      const problem = await checkOf(server().log, id, tokens)();
      if (problem !== null) problems.push(`${id}: ${problem}`);
    }
    return problems;
  },
};

export type RunningFunctions = typeof functions;

expose(functions);
