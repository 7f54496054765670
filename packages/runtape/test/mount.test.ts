import { createMemoryEventLog } from '@runtape/event-log/memory';
import { initTRPC, TRPCError } from '@trpc/server';
import { fetchRequestHandler } from '@trpc/server/adapters/fetch';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntape, defineWorkflow, type RouterContext } from '../src/index.ts';

const greet = defineWorkflow({
  name: 'greet',
  input: z.object({ name: z.string() }),
  result: z.string(),
  events: { greeted: z.object({ name: z.string() }) },
  run: async (ctx, { name }) => {
    await ctx.emit('greeted', { name });
    return `Hello ${name}`;
  },
});

const made = (errors: unknown[] = []) =>
  createRuntape({
    workflows: [greet],
    store: { log: createMemoryEventLog({}) },
    onError: (error) => errors.push(error),
  });

const codeOf = (error: unknown): unknown =>
  error instanceof TRPCError ? Reflect.get(error.cause ?? {}, 'code') : error;

describe('G4: under a key of another tRPC router', () => {
  const t = initTRPC.context<RouterContext & { readonly db: string }>().create();

  test('starts workflows for the user of the context, and shows them to nobody else', async () => {
    await using runtape = made();
    await runtape.work();
    const app = t.router({
      runtape: runtape.router(t),
      db: t.procedure.query(({ ctx }) => ctx.db),
    });
    const ada = app.createCaller({ identity: { userId: 'ada' }, db: 'main' });
    expect(await ada.db()).toBe('main');
    const { workflowId } = await ada.runtape.start({ workflow: 'greet', input: { name: 'Ada' } });
    expect(await runtape.run('greet', workflowId).result()).toBe('Hello Ada');
    const bob = app.createCaller({ identity: { userId: 'bob' }, db: 'main' });
    const asBob = await bob.runtape.workflow.get({ workflowId }).catch(codeOf);
    expect(asBob).toBe('unknown_workflow');
    const nobody = app.createCaller({ identity: null, db: 'main' });
    expect(await nobody.runtape.workflow.list({}).catch(codeOf)).toBe('unauthorized');
  });

  test('a context without an identity may do nothing', async () => {
    const errors: unknown[] = [];
    await using runtape = made(errors);
    const app = t.router({ runtape: runtape.router(t) });
    // @ts-expect-error the identity is missing
    const caller = app.createCaller({ db: 'main' });
    await expect(caller.runtape.workflow.list({})).rejects.toThrow(TRPCError);
    expect(errors).toEqual([expect.objectContaining({ code: 'identity_missing' })]);
  });

  test('streams over HTTP as subscriptions of that router', async () => {
    await using runtape = made();
    await runtape.work();
    const router = t.router({ runtape: runtape.router(t) });
    const { workflowId } = await runtape.start('greet', { name: 'Ada' }, { userId: 'ada' });
    const input = encodeURIComponent(JSON.stringify({ workflowId }));
    const response = await fetchRequestHandler({
      endpoint: '/trpc',
      req: new Request(`http://localhost/trpc/runtape.onWorkflowEvents?input=${input}`, {
        headers: { accept: 'text/event-stream' },
      }),
      router,
      createContext: () => ({ identity: { userId: 'ada' }, db: 'main' }),
    });
    const text = await response.text();
    expect(text).toContain('"greeted"');
    expect(text).toContain('workflow:completed');
  });

  test('only a tRPC root can be given', async () => {
    await using runtape = made();
    // @ts-expect-error no root
    expect(() => runtape.router({})).toThrow(/initTRPC/);
  });
});
