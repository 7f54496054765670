import { z } from 'zod';
import { nowMs } from '../measure/clock.ts';
import { answerCalls } from '../processes/answer-calls.ts';
import { Audience } from './audience.ts';

const openSchema = z.object({
  key: z.string(),
  port: z.number(),
  requests: z.array(z.string()),
  numberIn: z.enum(['id', 'data', 'text', 'snapshot']),
  count: z.number(),
  isStamped: z.boolean().optional(),
  mayMerge: z.boolean().optional(),
});
const reachSchema = z.object({ key: z.string(), target: z.number(), timeoutMs: z.number() });
const replaySchema = openSchema.extend({ target: z.number(), timeoutMs: z.number() });
const closeSchema = z.object({ key: z.string() });

const audiences = new Map<string, Audience>();

answerCalls({
  open: async (argument) => {
    const { key, ...options } = openSchema.parse(argument);
    audiences.set(key, await Audience.open(options));
  },
  reach: async (argument) => {
    const { key, target, timeoutMs } = reachSchema.parse(argument);
    return await audiences.get(key)?.reach(target, timeoutMs);
  },
  seen: (argument) => {
    const { key } = closeSchema.parse(argument);
    return audiences.get(key)?.seen;
  },
  replay: async (argument) => {
    const { target, timeoutMs, ...options } = replaySchema.parse(argument);
    const startedMs = nowMs();
    const audience = await Audience.open(options);
    const { atMs, bytes, problems } = await audience.reach(target, timeoutMs);
    audience.close();
    return { tookMs: atMs - startedMs, bytes, problems };
  },
  close: (argument) => {
    const { key } = closeSchema.parse(argument);
    audiences.get(key)?.close();
    audiences.delete(key);
  },
});
