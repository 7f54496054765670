import { z } from 'zod';
import { nowMs } from '../measure/clock.ts';
import { answerCalls } from '../processes/answer-calls.ts';
import { type Publisher, publishers } from './publishers.ts';

const startSchema = z.object({
  publisher: z.custom<keyof typeof publishers>((name) => Object.hasOwn(publishers, String(name))),
  folder: z.string(),
  redisUrl: z.string(),
});
const publishSchema = z.object({ count: z.number() });

let publisher: Publisher | undefined;

answerCalls({
  start: async (argument) => {
    const { publisher: name, ...place } = startSchema.parse(argument);
    publisher = await publishers[name](place);
  },
  publish: async (argument) => {
    const { count } = publishSchema.parse(argument);
    const startedMs = nowMs();
    const check = await publisher?.(count);
    const tookMs = nowMs() - startedMs;
    return { tookMs, problem: (await check?.()) ?? null };
  },
});
