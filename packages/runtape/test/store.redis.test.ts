import { expect, inject, test } from 'vitest';
import { z } from 'zod';
import { createRuntape, defineContract, defineWorkflow } from '../src/index.ts';
import { redisStore } from '../src/redis.ts';

const doubled = defineContract({ name: 'double', input: z.number(), result: z.number() });
const double = defineWorkflow({ ...doubled, run: async (_ctx, number) => number * 2 });
const newPrefix = (): string => `runtape-test-${crypto.randomUUID()}:`;

test.each([
  ['a Redis', () => ({ url: inject('redisUrl'), keyPrefix: newPrefix() })],
  ['a Redis Cluster', () => ({ cluster: inject('redisClusterNodes'), keyPrefix: newPrefix() })],
])('a server and a worker share %s', async (_name, address) => {
  const store = redisStore(address());
  await using server = createRuntape({ workflows: [doubled], store });
  await using worker = createRuntape({ workflows: [double], store });
  await worker.work({ concurrency: 2 });
  const run = await server.start('double', 21);
  expect(await run.result()).toBe(42);
});

test('the URL of a Redis is a store', async () => {
  const runtape = createRuntape({ workflows: [double], store: inject('redisUrl') });
  await runtape.ready();
  const { workflowId } = await runtape.start('double', 1, { idempotencyKey: newPrefix() });
  await runtape.close();
  expect(workflowId).toMatch(/^wf_/);
});
