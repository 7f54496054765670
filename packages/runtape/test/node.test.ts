import { once } from 'node:events';
import { createServer } from 'node:http';
import { EventSource } from 'eventsource';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntapeClient } from '../src/client.ts';
import { createRuntape, defineWorkflow } from '../src/index.ts';
import { toNextHandlers, toNodeHandler } from '../src/node.ts';

const gate = { open: (): void => undefined };

const count = defineWorkflow({
  name: 'count',
  input: z.null(),
  result: z.string(),
  events: { counted: z.number() },
  run: async (ctx) => {
    await ctx.emit('counted', 1);
    await new Promise<void>((resolve) => {
      gate.open = resolve;
    });
    return 'done';
  },
});

test('G4: streams through a server of Node before the workflow ends, below a base path', async () => {
  const users: (string | null)[] = [];
  await using runtape = createRuntape({
    workflows: [count],
    store: { log: createMemoryEventLog({}) },
    basePath: '/flows',
    authenticate: (request) => {
      users.push(new URL(request.url).pathname);
      return { userId: 'ada' };
    },
  });
  await runtape.work();
  const server = createServer(toNodeHandler(runtape)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = createRuntapeClient<typeof runtape>({
    url: `http://127.0.0.1:${port}/flows`,
    EventSource,
  });
  const run = await client.start('count', null);
  const seen: string[] = [];
  for await (const event of run.events()) {
    seen.push(event.type);
    // Only an event that has arrived lets the workflow end.
    if (event.type === 'counted') gate.open();
  }
  expect(seen).toContain('counted');
  expect(seen.at(-1)).toBe('workflow:completed');
  expect(users.every((path) => path?.startsWith('/flows/'))).toBe(true);
  await client.close();
  server.close();
  server.closeAllConnections();
});

test('G4: route handlers of Next answer', async () => {
  await using runtape = createRuntape({
    workflows: [count],
    store: { log: createMemoryEventLog({}) },
    basePath: '/flows',
  });
  const { GET } = toNextHandlers(runtape);
  const response = await GET(new Request('http://localhost/flows/api/workflows'));
  expect(await response.json()).toMatchObject({ workflows: [] });
});
