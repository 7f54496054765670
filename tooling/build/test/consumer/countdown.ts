import { setTimeout as wait } from 'node:timers/promises';
import { defineWorkflow } from 'runtape';
import { z } from 'zod';

const STEP_MS = 150;

/** Counts down, one kept step for each number. */
export const countdown = defineWorkflow({
  name: 'countdown',
  input: z.object({ from: z.int().positive() }),
  result: z.object({ text: z.string() }),
  events: { counted: z.object({ left: z.int() }) },
  async run(ctx, { from }) {
    let text = '';
    for (let left = from; left > 0; left -= 1) {
      text += await ctx.step(`number-${left}`, z.string(), async () => {
        await wait(STEP_MS, undefined, { signal: ctx.signal });
        const content = `${left} `;
        await ctx.emit('token', { part: 'count', content, isComplete: left === 1 });
        await ctx.emit('counted', { left });
        return content;
      });
    }
    return { text };
  },
});
