import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { answerCalls } from '../processes/answer-calls.ts';
import { nowMs } from '../measure/clock.ts';
import { readUsage } from '../measure/usage.ts';
import { liveServers } from './index.ts';
import type { LiveServer } from './live-server.ts';

const startSchema = z.object({
  server: z.custom<keyof typeof liveServers>((name) => Object.hasOwn(liveServers, String(name))),
  settings: z.object({
    events: z.enum(['status', 'token']),
    redisUrl: z.string().optional(),
    folder: z.string(),
    heartbeatMs: z.number().optional(),
    workflowIds: z.array(z.string()).optional(),
  }),
});
const publishSchema = z.object({
  /** The number of events. */
  count: z.number(),
  /** The number of events in each turn of the event loop. */
  atOnce: z.number(),
});

const usageSchema = z.object({ isCollected: z.boolean() });

let server: LiveServer | undefined;
let published = 0;

answerCalls({
  start: async (argument) => {
    const { server: name, settings } = startSchema.parse(argument);
    server = await liveServers[name](settings);
    const { port, requests } = server;
    return { port, requests };
  },
  publish: async (argument) => {
    const { count, atOnce } = publishSchema.parse(argument);
    const startedMs = nowMs();
    for (const end = published + count; published < end;) {
      const now = Math.min(atOnce, end - published);
      const first = published + 1;
      published += now;
      await server?.publish(Array.from({ length: now }, (_, index) => first + index));
      await nextTurn();
    }
    return { startedMs, endedMs: nowMs() };
  },
  usage: async (argument) => {
    const { isCollected } = usageSchema.parse(argument);
    if (isCollected) await collectGarbage();
    return readUsage();
  },
});

/** Collects several times, since one collection may free objects that held others. */
async function collectGarbage(): Promise<void> {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc?.();
    await nextTurn();
  }
}
