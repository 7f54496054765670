import { createRuntapeClient, type RunEvent } from '@runtape/client';
import type { App as AnyApp, WorkflowsOf } from '@runtape/contract';
import { type inferRouterInputs, initTRPC } from '@trpc/server';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { createRuntape, defineContract, defineWorkflow, type User } from '../src/index.ts';

const feed = defineWorkflow({
  name: 'summariseFeed',
  input: z.object({ url: z.string(), limit: z.number().default(10) }),
  result: z.object({ summary: z.string() }),
  events: { item: z.object({ title: z.string() }) },
  state: { titles: [] as readonly string[] },
  reduce: (state, event) => ({ titles: [...state.titles, event.data.title] }),
  run: async (ctx, { url }) => {
    await ctx.emit('item', { title: url });
    // @ts-expect-error no such event
    await ctx.emit('itme', { title: url });
    return { summary: url };
  },
});
const count = defineContract({ name: 'count', input: z.null(), result: z.number() });

const runtape = createRuntape({ workflows: [feed, count], store: './runtape.db' });
type App = typeof runtape;
const client = createRuntapeClient<App>({ url: '/' });

type IsAny<Type> = 0 extends 1 & Type ? true : false;

test('the type of what createRuntape returns tells a client the workflows', async () => {
  expectTypeOf<App>().toExtend<AnyApp>();
  expectTypeOf<keyof WorkflowsOf<App>>().toEqualTypeOf<'summariseFeed' | 'count'>();
  const run = await client.start('summariseFeed', { url: '/feed' });
  expectTypeOf(await run.result()).toEqualTypeOf<{ summary: string }>();
  for await (const event of run.events()) {
    expectTypeOf<IsAny<typeof event>>().toEqualTypeOf<false>();
    if (event.type === 'item') expectTypeOf(event.data).toEqualTypeOf<{ title: string }>();
    expectTypeOf(event).toExtend<RunEvent<WorkflowsOf<App>['summariseFeed']>>();
  }
  for await (const { state } of run.states()) {
    expectTypeOf(state).toEqualTypeOf<{ titles: readonly string[] } | undefined>();
  }
  // @ts-expect-error no such workflow
  void client.start('summarizeFeed', { url: '/feed' });
  // @ts-expect-error a url is a string
  void client.start('summariseFeed', { url: 7 });
});

test('start and run of this process have the same types', async () => {
  const run = await runtape.start('count', null, { userId: 'ada', idempotencyKey: 'once' });
  expectTypeOf(await run.result()).toEqualTypeOf<number>();
  expectTypeOf(await runtape.run('count', 'wf_1').result()).toEqualTypeOf<number>();
  // @ts-expect-error no such workflow
  void runtape.start('counts', null);
  // @ts-expect-error the input of another workflow
  void runtape.start('count', { url: '/feed' });
  // @ts-expect-error no such option
  void runtape.start('count', null, { owner: 'ada' });
  // @ts-expect-error no such workflow
  void runtape.run('counts', 'wf_1');
});

test('a router is mounted only where the context has an identity', () => {
  const t = initTRPC.context<{ identity: User | null; db: string }>().create();
  const router = t.router({ runtape: runtape.router(t) });
  expectTypeOf<inferRouterInputs<typeof router>['runtape']['workflow']['get']>().toExtend<{
    workflowId: string;
  }>();
  // @ts-expect-error the context has no identity
  runtape.router(initTRPC.context<{ db: string }>().create());
  // @ts-expect-error nor has one without a context
  runtape.router(initTRPC.create());
  // @ts-expect-error an identity is a user or null
  runtape.router(initTRPC.context<{ identity: string }>().create());
  // @ts-expect-error whoever is not signed in is null
  runtape.router(initTRPC.context<{ identity?: User }>().create());
});

test('options are checked', () => {
  const workflows = [count] as const;
  // @ts-expect-error a store is needed
  createRuntape({ workflows });
  // @ts-expect-error workflows are needed
  createRuntape({ store: './runtape.db' });
  // @ts-expect-error a store is a file, a log or a function
  createRuntape({ workflows, store: 7 });
  // @ts-expect-error a user has a userId
  createRuntape({ workflows, store: './runtape.db', authenticate: () => ({ id: 'ada' }) });
  // @ts-expect-error undefined is no answer: return null
  createRuntape({ workflows, store: './runtape.db', authenticate: () => undefined });
  // @ts-expect-error days, not hours
  createRuntape({ workflows, store: './runtape.db', retention: { hours: 1 } });
  // @ts-expect-error no such option
  createRuntape({ workflows, store: './runtape.db', base: '/runtape' });
  // @ts-expect-error nor has a promised one
  createRuntape({ workflows, store: './runtape.db', authenticate: async () => ({ id: 'ada' }) });
  expectTypeOf<typeof createRuntape<typeof workflows>>().parameter(0).toExtend<object>();
  createRuntape({ workflows, store: './runtape.db', authenticate: async () => null });
});
