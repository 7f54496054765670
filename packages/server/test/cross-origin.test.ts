import { expect, test } from 'vitest';
import { createJwtAccounts, signUserToken } from '../src/index.ts';
import { startApi } from './start-api.ts';

const HERE = 'http://127.0.0.1';
const APPLICATION = 'https://app.example.com';
const secret = 'a secret of at least thirty-two characters';

function asking(api: ReturnType<typeof startApi>) {
  return async (path: string, headers: Record<string, string>, init: RequestInit = {}) =>
    await api.api.fetch(new Request(`${HERE}${path}`, { ...init, headers }));
}

const preflight = {
  Origin: APPLICATION,
  'Access-Control-Request-Method': 'POST',
  'Access-Control-Request-Headers': 'authorization,content-type',
};

test('K2: a page of a named origin may send requests, and can read refusals, pages and streams alike', async () => {
  await using api = startApi({ allowedOrigins: [APPLICATION] });
  const ask = asking(api);
  const { workflowId } = await api.caller.startComment({
    target: { kind: 'sample', name: 'slow' },
  });

  const asked = await ask('/trpc/startComment', preflight, { method: 'OPTIONS' });
  expect(asked.status).toBe(204);
  expect(asked.headers.get('access-control-allow-origin')).toBe(APPLICATION);
  expect(asked.headers.get('access-control-allow-headers')).toMatch(/Authorization,Content-Type/);
  const paths = [
    `/api/workflows/${workflowId}`,
    `/api/workflows/${workflowId}/events`,
    '/api/workflows/wf_0000000000000000',
    '/api/nothing',
    '/trpc/workflow.list',
    '/trpc/nothing',
  ];
  for (const path of paths) {
    const { headers, body } = await ask(path, { Origin: APPLICATION });
    await body?.cancel();
    expect([path, headers.get('access-control-allow-origin')]).toEqual([path, APPLICATION]);
    expect([path, headers.get('access-control-allow-credentials')]).toEqual([path, null]);
    expect([path, headers.get('vary')]).toEqual([path, expect.stringMatching(/\bOrigin\b/)]);
  }
});

test('K2: no other origin is allowed: no unrelated one, no similar one, and not `null`', async () => {
  await using api = startApi({ allowedOrigins: [APPLICATION] });
  const ask = asking(api);
  const others = [
    'null',
    'https://other.example',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.other.example',
    'https://APP.example.com/',
  ];
  for (const origin of others) {
    const read = await ask('/api/workflows', { Origin: origin });
    const asked = await ask(
      '/api/workflows',
      { ...preflight, Origin: origin },
      { method: 'OPTIONS' },
    );
    for (const { headers } of [read, asked]) {
      expect([origin, headers.get('access-control-allow-origin')]).toEqual([origin, null]);
      expect(headers.get('vary')).toMatch(/\bOrigin\b/);
    }
    const question = await ask('/api/chat?query=x', {
      Origin: origin,
      'Sec-Fetch-Site': 'cross-site',
    });
    expect([origin, question.status]).toEqual([origin, 403]);
  }
  const named = { Origin: APPLICATION, 'Sec-Fetch-Site': 'cross-site' };
  const answer = await ask('/api/chat?query=x&streaming=true', named);
  await answer.body?.cancel();
  expect(answer.status).toBe(200);
});

test('K2: without the setting no CORS headers are sent', async () => {
  await using api = startApi();
  const { status, headers } = await asking(api)('/trpc/startComment', preflight, {
    method: 'OPTIONS',
  });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(headers.get('access-control-allow-origin')).toBeNull();
  expect(headers.get('vary') ?? '').not.toMatch(/origin/i);
});

test('K2: a page of a named origin acts with its own token, never with the cookie of a signed-in user, and signs no user in', async () => {
  await using api = startApi({
    allowedOrigins: [APPLICATION],
    accounts: createJwtAccounts({ secret }),
  });
  const ask = asking(api);
  const token = await signUserToken({ userId: 'ann', until: Date.now() + 60_000 }, { secret });
  const cookie = `runtape_session=${token}`;

  expect((await ask('/api/workflows', { cookie })).status).toBe(200);
  expect((await ask('/api/workflows', { cookie, Origin: APPLICATION })).status).toBe(401);
  const authorization = `Bearer ${token}`;
  expect((await ask('/api/workflows', { authorization, Origin: APPLICATION })).status).toBe(200);
  const signIn = { method: 'POST', body: JSON.stringify({ token }) };
  const headers = { Origin: APPLICATION, 'Content-Type': 'application/json' };
  const signedIn = await ask('/api/session', headers, signIn);
  expect([signedIn.status, signedIn.headers.has('set-cookie')]).toEqual([403, false]);
});
