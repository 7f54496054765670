import { sleep } from '@runtape/async';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { defineWorkflow, type WorkflowDefinition } from '../src/index.ts';

/** How a step can keep everything else in its process from running, until something is so. */
export const waysToStall: Readonly<Record<string, (isOver: () => boolean) => Promise<void>>> = {
  'a loop': async (isOver) => {
    while (!isOver());
  },
  'promises that are settled': async (isOver) => {
    while (!isOver()) await Promise.resolve();
  },
  'a call that blocks': async (isOver) => {
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    while (!isOver()) Atomics.wait(nothing, 0, 0, 100);
  },
};

/**
 * Holds the event loop in its only step, as its input says: for so long, or until a file is there.
 */
export function stalling(onRun: () => void = () => undefined): WorkflowDefinition {
  const input = z.object({ way: z.string(), ms: z.number(), until: z.string().optional() });
  return defineWorkflow({
    name: 'stalling',
    input,
    result: z.null(),
    run: async (ctx, { way, ms, until }) => {
      await ctx.step('hold', z.null(), async () => {
        onRun();
        await sleep(50, ctx.signal);
        const end = Date.now() + ms;
        const isThere = () => until !== undefined && existsSync(until);
        await waysToStall[way]?.(() => Date.now() >= end || isThere());
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
