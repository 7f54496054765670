import { sleep } from '@runtape/async';
import { z } from 'zod';
import { defineWorkflow, type WorkflowDefinition } from '../src/index.ts';

const pid = z.object({ pid: z.int() });

/**
 * Records which process ran each of two steps. An endless one never completes the second step, and
 * reports that continuously.
 */
export function twoSteps({ endless = false } = {}): WorkflowDefinition {
  return defineWorkflow({
    name: 'two-steps',
    input: z.null(),
    result: z.unknown(),
    run: async (ctx) => {
      const one = await ctx.step('one', pid, async () => ({ pid: process.pid }));
      const two = await ctx.step('two', pid, async () => {
        if (!endless) return { pid: process.pid };
        for (;;) {
          const token = { part: 'draft', content: 'on and on ', isComplete: false };
          await ctx.emit('token', token);
          await sleep(5, ctx.signal);
        }
      });
      return { one: one.pid, two: two.pid };
    },
  });
}
