import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { CheckFailure } from '../check.ts';
import { expectEnd, expectIds } from '../expect-text.ts';
import { plainStreamCheck } from '../plain-stream-check.ts';
import { shorten } from '../read-answer.ts';

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
    const parsed = frames.map(({ data }) => schema.parse(JSON.parse(data)));
    const last = parsed.at(-1);
    const { snapshot } = ended;
    expectEnd(last?.type ?? '', { completed: 'final', other: 'error' }, snapshot);
    if (last?.type === 'final' && !isDeepStrictEqual(last.result, snapshot.result)) {
      throw new CheckFailure({
        expected: `the result ${shorten(JSON.stringify(snapshot.result))}`,
        came: shorten(JSON.stringify(last.result)),
        advice: 'Something between here and the server changes the stream.',
      });
    }
    return `${parsed.length - 1} statuses, then ${last?.type}`;
  },
});
