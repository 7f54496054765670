import { z } from 'zod';
import { defineWorkflow, type WorkflowDefinition } from '../src/index.ts';
import { sleep } from '../src/time/sleep.ts';

/** How a step can keep everything else in its process from running. */
export const waysToStall: Readonly<Record<string, (ms: number) => Promise<void>>> = {
  'a loop': async (ms) => {
    const end = Date.now() + ms;
    while (Date.now() < end);
  },
  'promises that are settled': async (ms) => {
    const end = Date.now() + ms;
    while (Date.now() < end) await Promise.resolve();
  },
  'a call that blocks': async (ms) => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  },
};

/** Holds the event loop in its only step, as its input says. */
export function stalling(onRun: () => void = () => undefined): WorkflowDefinition {
  const input = z.object({ way: z.string(), ms: z.number() });
  return defineWorkflow({
    name: 'stalling',
    input,
    result: z.null(),
    run: async (ctx, { way, ms }) => {
      await ctx.step('hold', z.null(), async () => {
        onRun();
        await sleep(50, ctx.signal);
        await waysToStall[way]?.(ms);
        return null;
      });
      await sleep(10_000, ctx.signal);
      return null;
    },
  });
}

/** Lets others run all the time, for some seconds. */
export function patient(): WorkflowDefinition {
  return defineWorkflow({
    name: 'patient',
    input: z.object({ ms: z.number() }),
    result: z.null(),
    run: async (ctx, { ms }) => {
      await sleep(ms, ctx.signal);
      return null;
    },
  });
}
