import { z } from 'zod';
import { expectEnd, expectIds, expectText } from '../expect-text.ts';
import { plainStreamCheck } from '../plain-stream-check.ts';

const schema = z.object({
  type: z.enum(['llm_response', 'complete', 'error']),
  data: z.object({ content: z.string(), replace: z.boolean().optional() }),
  timestamp: z.iso.datetime(),
});

export const sseSimple = plainStreamCheck({
  format: 'simple',
  isSilentAtFirst: true,
  verify: (frames, ended) => {
    expectIds(frames, ended);
    let text = '';
    let end = '';
    let whole = '';
    for (const frame of frames) {
      const { type, data } = schema.parse(JSON.parse(frame.data));
      if (type === 'llm_response')
        text = data.replace === true ? data.content : text + data.content;
      end = type;
      whole = data.content;
    }
    expectEnd(end, { completed: 'complete', other: 'error' }, ended.snapshot);
    if (end === 'complete') expectText(whole, ended.snapshot);
    return expectText(text, ended.snapshot);
  },
});
