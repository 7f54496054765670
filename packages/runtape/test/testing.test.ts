import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, FatalError, RetryableError } from '../src/index.ts';
import { createTestClock, createTestRuntape, runWorkflow } from '../src/testing.ts';

let attempts = 0;

const shop = defineWorkflow({
  name: 'shop',
  input: z.object({ items: z.array(z.string()) }),
  result: z.object({ bought: z.number() }),
  events: { bought: z.object({ item: z.string() }) },
  state: { basket: [] as readonly string[] },
  reduce: (state, { data }) => ({ basket: [...state.basket, data.item] }),
  run: async (ctx, { items }) => {
    attempts += 1;
    for (const item of items) {
      if (item === 'closed') throw new FatalError('shop_closed', 'The shop is closed.');
      await ctx.emit('bought', { item });
    }
    if (attempts === 1 && items.includes('bread')) {
      throw new RetryableError('bakery_busy', 'The bakery is busy.', { retryAfterMs: 3_600_000 });
    }
    return { bought: items.length };
  },
});

test('a workflow runs to its end in one call, with events, state and result', async () => {
  const ended = await runWorkflow(shop, { items: ['apples', 'pears'] });
  expect(ended).toMatchObject({ status: 'completed', result: { bought: 2 } });
  expect(ended.state).toEqual({ basket: ['apples', 'pears'] });
  const bought = ended.events.flatMap((event) => (event.type === 'bought' ? event.data.item : []));
  expect(bought).toEqual(['apples', 'pears']);
});

test('waits before further attempts are skipped, and leave no trace in the state', async () => {
  attempts = 0;
  const ended = await runWorkflow(shop, { items: ['bread'] });
  expect(attempts).toBe(2);
  expect(ended).toMatchObject({ status: 'completed', state: { basket: ['bread'] } });
});

test('a workflow that fails says why', async () => {
  const ended = await runWorkflow(shop, { items: ['closed'] });
  expect(ended).toMatchObject({ status: 'failed', error: { code: 'shop_closed' } });
});

test('a wrong input is refused', async () => {
  // @ts-expect-error items is a list
  await expect(runWorkflow(shop, { items: 'apples' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('events have the time of the clock, which moves only when told', async () => {
  const clock = createTestClock(Date.UTC(2030, 5, 1));
  await using runtape = await createTestRuntape({ workflows: [shop], clock });
  const run = await runtape.start('shop', { items: [] });
  await run.result();
  runtape.clock.advance(60_000);
  const later = await runtape.start('shop', { items: [] });
  const times: string[] = [];
  for (const each of [run, later]) {
    for await (const event of each.events()) {
      if (event.type === 'workflow:completed') times.push(event.timestamp);
    }
  }
  expect(times).toEqual(['2030-06-01T00:00:00.000Z', '2030-06-01T00:01:00.000Z']);
});
