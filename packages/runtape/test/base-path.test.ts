import { createMemoryEventLog } from '@runtape/event-log/memory';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createRuntapeClient } from '../src/client.ts';
import { createRuntape, defineWorkflow } from '../src/index.ts';
import { EventSource } from 'eventsource';

const double = defineWorkflow({
  name: 'double',
  input: z.number(),
  result: z.number(),
  run: async (_ctx, number) => number * 2,
});

const made = (basePath: string) =>
  createRuntape({
    workflows: [double],
    store: { log: createMemoryEventLog({}) },
    basePath,
  });

const startAt = (url: string): Request =>
  new Request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ workflow: 'double', input: 4 }),
  });

describe.each(['/runtape', '/api', '/trpc', '/a/b/api', '/runtape/'])('G4: below %s', (given) => {
  const basePath = given.replace(/\/$/, '');

  test('a client starts and follows, and Location and the documents have the path', async () => {
    await using runtape = made(given);
    await runtape.work();
    const client = createRuntapeClient<typeof runtape>({
      url: `http://localhost${basePath}`,
      EventSource,
      fetch: (input, init) => runtape.fetch(new Request(input, init)),
    });
    expect(await (await client.start('double', 4)).result()).toBe(8);
    const started = await runtape.fetch(startAt(`http://localhost${basePath}/api/workflows`));
    const location = started.headers.get('location') ?? '';
    expect(location).toMatch(new RegExp(`^${basePath}/api/workflows/wf_`));
    const found = await runtape.fetch(new Request(`http://localhost${location}`));
    expect(found.status).toBe(200);
    const docs = `http://localhost${basePath}/api/openapi.json`;
    const { servers } = z
      .object({ servers: z.array(z.object({ url: z.string() })) })
      .parse(await (await runtape.fetch(new Request(docs))).json());
    expect(servers.map(({ url }) => new URL(url, docs).href)).toEqual([
      `http://localhost${basePath}/`,
    ]);
    await client.close();
  });

  test('a router that has removed the path is served as well', async () => {
    await using runtape = made(given);
    const response = await runtape.fetch(startAt('http://localhost/api/workflows'));
    expect(response.status).toBe(201);
  });
});

test('G4: another path is unknown', async () => {
  await using runtape = made('/runtape');
  const response = await runtape.fetch(new Request('http://localhost/runtapes/api/workflows'));
  expect(response.status).toBe(404);
});
