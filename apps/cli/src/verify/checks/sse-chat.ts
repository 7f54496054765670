import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { advice } from '../advice.ts';
import { CheckFailure } from '../check.ts';
import { expectEnd, expectIds } from '../expect-text.ts';
import { plainStreamCheck } from '../plain-stream-check.ts';
import { shorten } from '../read-response.ts';

const schema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('status'), description: z.string() }),
  z.object({ type: z.literal('final'), result: z.json() }),
  z.object({
    type: z.literal('error'),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
]);

export const sseChat = plainStreamCheck({
  format: 'chat',
  verify: (frames, ended) => {
    expectIds(frames, ended);
    const messages = frames.map(({ data }) => schema.parse(JSON.parse(data)));
    const last = messages.at(-1);
    const { snapshot } = ended;
    expectEnd(last?.type, 'final', snapshot);
    if (last?.type === 'final' && !isDeepStrictEqual(last.result, snapshot.result)) {
      throw new CheckFailure({
        expected: `the result ${shorten(JSON.stringify(snapshot.result))}`,
        actual: shorten(JSON.stringify(last.result)),
        advice: advice.stream,
      });
    }
    return `${messages.length - 1} statuses, then ${last?.type}`;
  },
});
