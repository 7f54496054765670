import { z } from 'zod';
import { CheckFailure } from '../check.ts';
import { expectEnd, expectIds, expectText } from '../expect-text.ts';
import { plainStreamCheck } from '../plain-stream-check.ts';

const schema = z.object({
  type: z.enum(['token', 'status', 'delta', 'done', 'error']),
  threadId: z.string(),
  content: z.string(),
  ts: z.number(),
});

export const sseThread = plainStreamCheck({
  format: 'thread',
  verify: (frames, ended, { threadId }) => {
    expectIds(frames, ended);
    let text = '';
    let end = '';
    let whole = '';
    for (const frame of frames) {
      const parsed = schema.parse(JSON.parse(frame.data));
      if (parsed.threadId !== threadId) throw otherThread(threadId, parsed.threadId);
      if (parsed.type === 'token') text += parsed.content;
      if (parsed.type === 'delta') text = parsed.content;
      end = parsed.type;
      whole = parsed.content;
    }
    expectEnd(end, { completed: 'done', other: 'error' }, ended.snapshot);
    if (end === 'done') expectText(whole, ended.snapshot);
    return expectText(text, ended.snapshot);
  },
});

function otherThread(expected: string, came: string): CheckFailure {
  return new CheckFailure({
    expected: `frames of the thread ${expected}`,
    came: `one of ${came}`,
    advice: 'Streams are mixed up between here and the server. Check for a cache.',
  });
}
