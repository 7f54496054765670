import { describe, expect, test } from 'vitest';
import { startApi } from './start-api.ts';

const ORIGIN = 'http://127.0.0.1:4310';
const allowedHosts = ['127.0.0.1', 'localhost', '[::1]'];

function post(path: string, body: string, headers: Record<string, string>): Request {
  return new Request(`${ORIGIN}${path}`, { method: 'POST', body, headers });
}

describe('hosts', () => {
  test.each(['127.0.0.1:4310', 'localhost', 'LOCALHOST:80', '[::1]:4310'])(
    'a request for %s is answered',
    async (host) => {
      await using started = startApi({ allowedHosts });
      const request = new Request(`${ORIGIN}/api/health`, { headers: { host } });
      expect((await started.api.fetch(request)).status).toBe(200);
    },
  );

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:4310'])(
    'a request for %s is refused everywhere',
    async (host) => {
      await using started = startApi({ allowedHosts });
      for (const path of ['/api/health', '/api/workflows/x/events', '/trpc/samples']) {
        const response = await started.api.fetch(
          new Request(`${ORIGIN}${path}`, { headers: { host } }),
        );
        expect(response.status).toBe(403);
        expect(await response.json()).toMatchObject({ error: { code: 'host_not_allowed' } });
      }
    },
  );

  test('without allowedHosts any name is answered', async () => {
    await using started = startApi();
    const request = new Request(`${ORIGIN}/api/health`, { headers: { host: 'anything.example' } });
    expect((await started.api.fetch(request)).status).toBe(200);
  });
});

describe('mutations', () => {
  const input = JSON.stringify({ json: { target: { kind: 'sample', name: 'doubled' } } });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'of the type %s, which any page can send, are refused',
    async (type) => {
      await using started = startApi();
      const response = await started.api.fetch(
        post('/trpc/startComment', input, { 'content-type': type }),
      );
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ error: { code: 'unsupported_media_type' } });
      expect((await started.caller.workflow.list()).workflows).toEqual([]);
    },
  );

  test('are refused as GET', async () => {
    await using started = startApi();
    const response = await started.api.fetch(
      new Request(`${ORIGIN}/trpc/startComment?input=${encodeURIComponent(input)}`),
    );
    expect(response.status).toBe(405);
    expect((await started.caller.workflow.list()).workflows).toEqual([]);
  });

  test('with an input that is too large are refused', async () => {
    await using started = startApi();
    const body = JSON.stringify({ json: { issue: 'x'.repeat(3 * 1024 * 1024) } });
    const response = await started.api.fetch(
      post('/trpc/startComment', body, {
        'content-type': 'application/json',
        'content-length': String(body.length),
      }),
    );
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      error: { json: { data: { error: { code: 'payload_too_large' } } } },
    });
  });

  test.each([
    ['broken JSON', '{"json":'],
    ['JSON that superjson cannot read', '"text"'],
    ['an input of the wrong type', '{"json":{"target":{"kind":"sample","name":7}}}'],
  ])('with %s report the mistake, without internals', async (_name, body) => {
    await using started = startApi();
    const response = await started.api.fetch(
      post('/trpc/startComment', body, { 'content-type': 'application/json' }),
    );
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(text).toContain('invalid_input');
    expect(text).not.toMatch(/"stack"|\.ts:/);
    expect(started.errors).toEqual([]);
  });
});

test('health reports when the server is about to stop', async () => {
  await using started = startApi({ version: '1.2.3' });
  const before = await started.api.fetch(new Request(`${ORIGIN}/api/health`));
  expect([before.status, await before.json()]).toEqual([200, { status: 'ok', version: '1.2.3' }]);
  started.api.drain();
  const after = await started.api.fetch(new Request(`${ORIGIN}/api/health`));
  expect([after.status, await after.json()]).toEqual([
    503,
    { status: 'draining', version: '1.2.3' },
  ]);
});

test('an unknown procedure is a 404 with an error code', async () => {
  await using started = startApi();
  const response = await started.api.fetch(new Request(`${ORIGIN}/trpc/nothing`));
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    error: { json: { data: { error: { code: 'unknown_route' } } } },
  });
});
