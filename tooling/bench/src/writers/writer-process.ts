import { setTimeout as delay } from 'node:timers/promises';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { makeEvent } from '@runtape/testing';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { nowMs } from '../measure/clock.ts';
import { readUsage } from '../measure/usage.ts';
import { answerCalls } from '../processes/answer-calls.ts';
import { idOf, statusData } from '../subjects/live-server.ts';
import { writeWorkflow } from '../subjects/written-workflow.ts';

const startSchema = z.object({
  kind: z.enum(['runtape', 'recipe', 'script']),
  redisUrl: z.string(),
  /** The number of workflows. */
  count: z.number(),
});
const writeSchema = z.object({
  /** Events per workflow. */
  events: z.number(),
  /** Events per workflow and second. */
  perSecond: z.number(),
});
const TICK_MS = 1;
/** Stores and announces in one step; the recipe needs two. */
const SCRIPT = `
redis.call('XADD', KEYS[1], '*', 'event', ARGV[2])
redis.call('PUBLISH', ARGV[1], ARGV[2])`;

/** Writes an event of a workflow. @returns when it is stored. */
type Write = (stampMs: number) => Promise<unknown>;

let workflows: readonly Write[] = [];

answerCalls({
  start: async (argument) => {
    const { kind, redisUrl, count } = startSchema.parse(argument);
    const made = await (kind === 'runtape'
      ? startRuntape(redisUrl, count)
      : startBare(kind, redisUrl, count));
    workflows = made.map(({ write }) => write);
    return made.map(({ workflowId }) => workflowId);
  },
  write: async (argument) => {
    const { events, perSecond } = writeSchema.parse(argument);
    const before = readUsage();
    await writeSteadily(events, perSecond);
    return { cpuMicros: readUsage().cpuMicros - before.cpuMicros };
  },
});

/** Each workflow writes at the same rate, staggered rather than all at once. */
async function writeSteadily(events: number, perSecond: number): Promise<void> {
  const everyMs = 1000 / perSecond / workflows.length;
  const total = events * workflows.length;
  const startMs = nowMs();
  const stored: Promise<unknown>[] = [];
  while (stored.length < total) {
    const due = Math.min(total, Math.floor((nowMs() - startMs) / everyMs) + 1);
    while (stored.length < due) {
      const write = workflows[stored.length % workflows.length];
      stored.push(Promise.resolve(write?.(nowMs())));
    }
    await delay(TICK_MS);
  }
  await Promise.all(stored);
}

function statusAt(stampMs: number) {
  return makeEvent('status', statusData(`at:${stampMs.toFixed(3)} `));
}

async function startRuntape(url: string, count: number) {
  const log = await openRedisEventLog({ url, onWarning: (message) => console.error(message) });
  const made = Array.from({ length: count }, async () => {
    const { workflowId, append } = await writeWorkflow(log);
    const write: Write = (stampMs) => append(statusAt(stampMs));
    return { workflowId, write };
  });
  return await Promise.all(made);
}

async function startBare(kind: 'recipe' | 'script', url: string, count: number) {
  const redis = new Redis(url);
  const script = await redis.script('LOAD', SCRIPT);
  return Array.from({ length: count }, (_, index) => {
    const workflowId = `${kind}-${process.pid}-${index}`;
    const history = `${workflowId}:history`;
    let number = 0;
    const write: Write = async (stampMs) => {
      number += 1;
      const text = JSON.stringify({ id: idOf(number), data: statusAt(stampMs) });
      if (kind === 'script') {
        await redis.evalsha(String(script), 1, history, workflowId, text);
        return;
      }
      await redis.lpush(history, text);
      await redis.publish(workflowId, text);
    };
    return { workflowId, write };
  });
}
