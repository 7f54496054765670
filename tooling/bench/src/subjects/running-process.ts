import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createWorker, createWorkflowStarter, defineWorkflow } from '@runtape/engine';
import { workflowIdSchema } from '@runtape/events';
import { readServerEnv } from '@runtape/server-app/env';
import { startServer } from '@runtape/server-app/start-server';
import { openStore } from '@runtape/worker/open-store';
import { z } from 'zod';
import { untilEnded } from '../load/watch-to-the-end.ts';
import { nowMs } from '../measure/clock.ts';
import { readUsage } from '../measure/usage.ts';
import { answerCalls } from '../processes/answer-calls.ts';
import { checkOf } from '../writers/open-log.ts';
import { eventOf } from './live-server.ts';
import type { Ended } from './running-server-messages.ts';

const MANY = '1000000';
const SECOND_MS = 1000;
const P50 = 50;
const P99 = 99;
const startSchema = z.object({
  /** `tokens` only writes tokens; `commentOnIssue` is the product's own workflow. */
  workflow: z.enum(['tokens', 'commentOnIssue']),
  atOnce: z.number(),
  folder: z.string(),
  redisUrl: z.string().optional(),
  modelUrl: z.string(),
});
const beginSchema = z.object({
  count: z.number(),
  /** The number of tokens in each `tokens` workflow. */
  tokens: z.number(),
  perSecond: z.number(),
});
const idsSchema = z.array(workflowIdSchema);
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
      await context.emit(eventOf(number, 'token'));
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
async function start(options: z.infer<typeof startSchema>) {
  const { workflow, atOnce, folder, redisUrl, modelUrl } = options;
  const isProduct = workflow === 'commentOnIssue';
  const env = readServerEnv({
    WORKERS: isProduct ? String(atOnce) : '0',
    MAX_STREAMS_PER_USER: MANY,
    STREAM_ATTEMPTS_PER_MINUTE: MANY,
    OPENAI_BASE_URL: modelUrl,
    OPENAI_MODEL: 'runtape-demo',
    RUNTAPE_CACHE: join(folder, 'cache'),
    ...(redisUrl === undefined
      ? { RUNTAPE_DB: join(folder, `${process.pid}.db`) }
      : { REDIS_URL: redisUrl }),
  });
  const store = await openStore(env, report);
  const { url } = await startServer({
    env: { ...env, PORT: 0 },
    store,
    sweep: false,
    onError: report,
    onWarning: report,
  });
  if (!isProduct) {
    const { log, queue } = store;
    const definitions = [tokensOnly];
    await createWorker({ log, queue, definitions, concurrency: atOnce, onError: report }).start();
  }
  const starter = createWorkflowStarter(store);
  return { port: Number(new URL(url).port), log: store.log, starter, workflow };
}

function report(error: unknown): void {
  console.error(error);
}

answerCalls({
  start: async (argument) => {
    started = await start(startSchema.parse(argument));
    delays.enable();
    return started.port;
  },
  /** Starts workflows; those that only write tokens wait for `release`. */
  begin: async (argument) => {
    const { count, tokens, perSecond } = beginSchema.parse(argument);
    const { starter, workflow } = server();
    gate = Promise.withResolvers();
    delays.reset();
    const ids: string[] = [];
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
  release: () => {
    delays.reset();
    gate.resolve();
  },
  /**
   * Waits until all workflows have ended; reads one at a time, because the measured server does the
   * reading.
   */
  ended: async (argument) => {
    const { log } = server();
    const ended: Ended[] = [];
    for (const workflowId of idsSchema.parse(argument)) {
      const { status, tail, createdAt, endedAt } = await untilEnded(log, workflowId);
      const { entries } = await log.read(workflowId, { after: tail - 1, limit: 1 });
      const last = entries[0]?.event;
      const usage = last?.type === 'workflow:completed' ? last.data.usage : null;
      const outputTokens = usage?.outputTokens ?? 0;
      ended.push({ status, tail, createdAt, endedAt: endedAt ?? Number.NaN, outputTokens });
    }
    return ended;
  },
  usage: () => ({
    cpuMicros: readUsage().cpuMicros,
    delayP50Ms: delays.percentile(P50) / 1e6,
    delayP99Ms: delays.percentile(P99) / 1e6,
  }),
  /** Verifies the stored events of workflows that only write tokens. */
  check: async (argument) => {
    const { ids, tokens } = z.object({ ids: idsSchema, tokens: z.number() }).parse(argument);
    const problems: string[] = [];
    for (const id of ids) {
      const problem = await checkOf(server().log, id, tokens)();
      if (problem !== null) problems.push(`${id}: ${problem}`);
    }
    return problems;
  },
});
