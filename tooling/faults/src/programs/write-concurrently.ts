import { setTimeout as sleep } from 'node:timers/promises';
import { defineWorkflow, type WorkflowContext } from '@runtape/engine';
import { z } from 'zod';

const STEPS = 5;
const CHUNKS = 40;
const BETWEEN_CHUNKS_MS = 25;

/** In each step, writes two parts concurrently, alternating chunks. */
export const writeConcurrently = defineWorkflow({
  name: 'sideBySide',
  input: z.null(),
  result: z.null(),
  run: async (ctx) => {
    for (let step = 1; step <= STEPS; step += 1) {
      await ctx.step(`pair-${step}`, z.int(), () => writePair(ctx, step));
    }
    return null;
  },
});

async function writePair(ctx: WorkflowContext, step: number): Promise<number> {
  for (let piece = 1; piece <= CHUNKS; piece += 1) {
    const isComplete = piece === CHUNKS;
    for (const side of ['left', 'right']) {
      const data = { part: `${side}-${step}`, content: `${side} ${piece} `, isComplete };
      await ctx.emit('token', data);
    }
    await sleep(BETWEEN_CHUNKS_MS, undefined, { signal: ctx.signal });
  }
  return CHUNKS;
}
