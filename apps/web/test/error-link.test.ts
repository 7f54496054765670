import type { AppRouter } from '@runtape/server';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { errorLink } from '../src/error-link.ts';

const clientWith = (fetch: typeof globalThis.fetch) =>
  createTRPCClient<AppRouter>({
    links: [
      errorLink,
      httpBatchLink({
        url: 'http://127.0.0.1/trpc',
        transformer: superjson,
        fetch: (input, init) => fetch(input, { ...init, signal: init?.signal ?? null }),
      }),
    ],
  });

test('B5, E8: a server that cannot be reached is told in our words and not in those of the browser', async () => {
  const client = clientWith(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(client.statistics.query()).rejects.toMatchObject({
    message: 'The server cannot be reached. Check that it runs, and the URL.',
    data: undefined,
  });
});

test('B5, E8: what a proxy answers in the place of the server is told in our words', async () => {
  const client = clientWith(async () => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  await expect(client.statistics.query()).rejects.toThrow('no answer of Runtape');
});

test('B5, E8: what the server itself says stays as it is', async () => {
  const said = {
    error: {
      json: { message: 'Too many at once.', code: -32_029, data: { httpStatus: 429 } },
    },
  };
  const client = clientWith(async () => Response.json([said], { status: 429 }));
  await expect(client.statistics.query()).rejects.toMatchObject({
    message: 'Too many at once.',
    data: { httpStatus: 429 },
  });
});
