import { setTimeout as wait } from 'node:timers/promises';
import { createRuntape, defineWorkflow } from 'runtape';
import { z } from 'zod';

const countdown = defineWorkflow({
  name: 'countdown',
  input: z.object({ from: z.number().int().min(1).max(100) }),
  events: { counted: z.object({ left: z.number() }) },
  async run(ctx, { from }) {
    for (let left = from; left > 0; left -= 1) {
      await ctx.emit('counted', { left });
      await wait(100, undefined, { signal: ctx.signal });
    }
  },
});

export const runtape = createRuntape({
  workflows: [countdown],
  store: process.env.STORE ?? './runtape.db',
  basePath: '/runtape',
});
export type App = typeof runtape;
