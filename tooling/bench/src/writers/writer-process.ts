import { setTimeout as delay } from 'node:timers/promises';
import { openRedisEventLog } from '@runtape/event-log-redis';
import { makeEvent } from '@runtape/testing';
import { Redis } from 'ioredis';
import { nowMs } from '../measure/clock.ts';
import { readUsage } from '../measure/usage.ts';
import { expose } from '../processes/expose.ts';
import { idOf, statusData } from '../targets/live-server.ts';
import { STORE_AND_ANNOUNCE } from './bare-redis.ts';
import { writeWorkflow } from '../targets/write-workflow.ts';

const TICK_MS = 1;

export type WriterKind = 'runtape' | 'recipe' | 'script';

/** Writes an event of a workflow. @returns when it is stored. */
type Write = (stampMs: number) => Promise<unknown>;

let workflows: readonly Write[] = [];

const functions = {
  /** @param count the number of workflows. @returns their ids. */
  start: async (kind: WriterKind, redisUrl: string, count: number) => {
    const made = await (kind === 'runtape'
      ? startRuntape(redisUrl, count)
      : startBare(kind, redisUrl, count));
    workflows = made.map(({ write }) => write);
    return made.map(({ workflowId }) => workflowId);
  },
  /** Writes this many events per workflow at this rate. @returns the cost once all are stored. */
  write: async (events: number, perSecond: number) => {
    const before = readUsage();
    await writeSteadily(events, perSecond);
    return { cpuMicros: readUsage().cpuMicros - before.cpuMicros };
  },
};

export type WriterFunctions = typeof functions;

expose(functions);

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
  const script = await redis.script('LOAD', STORE_AND_ANNOUNCE);
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
