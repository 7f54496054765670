import { z } from 'zod';
import { CheckFailure } from '../check.ts';
import { expectEnd, expectIds, expectText } from '../expect-text.ts';
import { plainStreamCheck } from '../plain-stream-check.ts';

const simpleSchema = z.object({
  type: z.enum(['llm_response', 'complete', 'error']),
  data: z.object({ content: z.string(), replace: z.boolean().optional() }),
  timestamp: z.iso.datetime(),
});
const threadSchema = z.object({
  type: z.enum(['token', 'status', 'delta', 'done', 'error']),
  threadId: z.string(),
  content: z.string(),
  ts: z.number(),
});

export const sseSimple = plainStreamCheck({
  format: 'simple',
  isSilentAtFirst: true,
  verify: (frames, ended) => {
    expectIds(frames, ended);
    const messages = frames.map(({ data }) => simpleSchema.parse(JSON.parse(data)));
    let text = '';
    for (const { type, data } of messages) {
      if (type !== 'llm_response') continue;
      text = data.replace === true ? data.content : text + data.content;
    }
    const last = messages.at(-1);
    expectEnd(last?.type, 'complete', ended.snapshot);
    if (last?.type === 'complete') expectText(last.data.content, ended.snapshot);
    return expectText(text, ended.snapshot);
  },
});

export const sseThread = plainStreamCheck({
  format: 'thread',
  verify: (frames, ended, { threadId }) => {
    expectIds(frames, ended);
    const messages = frames.map(({ data }) => threadSchema.parse(JSON.parse(data)));
    let text = '';
    for (const { type, content, threadId: actual } of messages) {
      if (actual !== threadId) {
        throw new CheckFailure({
          expected: `frames of the thread ${threadId}`,
          actual: `one of ${actual}`,
          advice: 'Streams are mixed up between this machine and the server. Check for a cache.',
        });
      }
      if (type === 'token') text += content;
      if (type === 'delta') text = content;
    }
    const last = messages.at(-1);
    expectEnd(last?.type, 'done', ended.snapshot);
    if (last?.type === 'done') expectText(last.content, ended.snapshot);
    return expectText(text, ended.snapshot);
  },
});
