import { z } from 'zod';
import { answerCalls } from '../processes/answer-calls.ts';
import { Audience } from './audience.ts';

const openSchema = z.object({
  key: z.string(),
  port: z.number(),
  requests: z.array(z.string()),
  numberIn: z.enum(['id', 'data', 'text']),
  count: z.number(),
  isStamped: z.boolean().optional(),
});
const reachSchema = z.object({ key: z.string(), target: z.number(), timeoutMs: z.number() });
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
  close: (argument) => {
    const { key } = closeSchema.parse(argument);
    audiences.get(key)?.close();
    audiences.delete(key);
  },
});
