import type { GithubRouter } from '@runtape/github-workflows/contract';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import superjson from 'superjson';
import { expect, test } from 'vitest';
import { errorLink } from '../src/error-link.ts';

const clientWith = (fetch: typeof globalThis.fetch) =>
  createTRPCClient<GithubRouter>({
    links: [
      errorLink,
      httpBatchLink({
        url: 'http://127.0.0.1/trpc',
        transformer: superjson,
        fetch: (input, init) => fetch(input, { ...init, signal: init?.signal ?? null }),
      }),
    ],
  });

test('B5, E8: an unreachable server is reported with our message, not the one from the browser', async () => {
  const client = clientWith(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(client.statistics.query()).rejects.toMatchObject({
    message: 'The server cannot be reached. Check that it runs, and the URL.',
    data: undefined,
  });
});

test('B5, E8: an answer from a proxy instead of the server is reported with our message', async () => {
  const client = clientWith(async () => new Response('<h1>Bad gateway</h1>', { status: 502 }));
  await expect(client.statistics.query()).rejects.toThrow('no answer of Runtape');
});

test('B5, E8: an error message from the server itself is kept', async () => {
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
