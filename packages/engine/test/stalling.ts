import { sleep } from '@runtape/async';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { defineWorkflow, type WorkflowDefinition } from '../src/index.ts';

/** Ways in which a step can block everything else in its process until a condition holds. */
export const blockers: Readonly<Record<string, (isOver: () => boolean) => Promise<void>>> = {
  'a loop': async (isOver) => {
    while (!isOver());
  },
  'settled promises': async (isOver) => {
    while (!isOver()) await Promise.resolve();
  },
  'a blocking call': async (isOver) => {
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    while (!isOver()) Atomics.wait(nothing, 0, 0, 100);
  },
};

/**
 * Blocks the event loop in its only step, for a time or until a file exists, as its input requires.
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
        await blockers[way]?.(() => Date.now() >= end || isThere());
        return null;
      });
      await sleep(10_000, ctx.signal);
      return null;
    },
  });
}

/** Yields all the time, for some seconds. */
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
