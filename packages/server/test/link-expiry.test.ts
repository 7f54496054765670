import { TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { createJwtAccounts, signUserToken } from '../src/index.ts';
import { readAll } from './read-frames.ts';
import { startApi } from './start-api.ts';

const HERE = 'http://127.0.0.1';
const secret = 'a secret of at least thirty-two characters';
/** Links expire at whole seconds, so at least 3 s remain: enough even on a busy machine. */
const SHORT_MS = 4000;

/** Ben is signed in, and has a short link and a long link to two running workflows of ann. */
async function setUp() {
  const accounts = createJwtAccounts({ secret });
  const api = startApi({ accounts });
  const [brief, lasting] = [
    await TestLog.create(api.log, { owner: 'ann' }),
    await TestLog.create(api.log, { owner: 'ann' }),
  ];
  const own = await TestLog.create(api.log, { owner: 'ben' });
  const cookieFor = async ({ workflowId }: TestLog, forMs: number) => {
    const { kept, expiresAt: until } = await accounts.takeShare(
      (await accounts.share(workflowId, { forMs })).token,
    );
    return { until, cookie: `runtape_share_${workflowId}=${kept}` };
  };
  const short = await cookieFor(brief, SHORT_MS);
  const cookie = `${short.cookie}; ${(await cookieFor(lasting, 60_000)).cookie}`;
  const token = await signUserToken({ userId: 'ben', until: Date.now() + 60_000 }, { secret });
  const asking =
    (who: Record<string, string>) =>
    async (path: string, body?: object, more: Record<string, string> = {}) =>
      await api.api.fetch(
        new Request(`${HERE}${path}`, {
          headers: { cookie, ...who, ...more, 'Content-Type': 'application/json' },
          ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
        }),
      );
  return {
    ...api,
    brief,
    lasting,
    own,
    endOfShort: short.until,
    guest: asking({}),
    ben: asking({ authorization: `Bearer ${token}` }),
  };
}

test('K2: a stream opened by a link ends when the link expires, for guests and signed-in users, and others continue', async () => {
  await using t = await setUp();
  for (const ask of [t.guest, t.ben]) {
    const [brief, lasting] = await Promise.all([
      ask(`/api/workflows/${t.brief.workflowId}/events`),
      ask(`/api/workflows/${t.lasting.workflowId}/events`),
    ]);
    await readAll(brief);
    expect(Date.now()).toBeGreaterThanOrEqual(t.endOfShort);
    expect((await ask(`/api/workflows/${t.brief.workflowId}`)).status).toBeGreaterThanOrEqual(401);
    await t.lasting.status('goes on');
    const reader = lasting.body?.getReader();
    let text = '';
    while (!text.includes('goes on')) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error('The other stream has ended.');
      text += new TextDecoder().decode(value);
    }
    await reader?.cancel();
  }
});

test('K2: of many workflows in one stream only that of the link ends, with the reason', async () => {
  await using t = await setUp();
  const streams = [t.brief, t.lasting, t.own].map(({ workflowId }) => ({ workflowId }));
  const response = await t.ben('/api/events', { streams });
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let text = '';
  let isTold = false;
  while (!text.includes('event: ended')) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) throw new Error(`The stream has ended: ${text}`);
    text += decoder.decode(value);
    if (isTold || !text.includes('event: refused')) continue;
    isTold = true;
    expect(Date.now()).toBeGreaterThanOrEqual(t.endOfShort);
    await t.brief.status('not for ben any more');
    await t.lasting.status('still shared');
    await t.own.complete();
  }
  await reader?.cancel();
  expect(text).toMatch(
    new RegExp(`event: refused\ndata: {"workflowId":"${t.brief.workflowId}".*link has expired`),
  );
  expect(text).not.toContain('not for ben any more');
});

test('K2: a tRPC subscription and a waiting page request end with the link, too', async () => {
  await using t = await setUp();
  const { workflowId } = t.brief;
  const input = encodeURIComponent(JSON.stringify({ json: { workflowId } }));
  const [subscription, page] = await Promise.all([
    t.ben(`/trpc/onWorkflowEvents?input=${input}`),
    t.ben(`/api/workflows/${workflowId}/events?wait=30`, undefined, { accept: 'application/json' }),
  ]);
  const frames = await readAll(subscription);

  expect(frames.at(-1)?.data).toContain('The link has expired');
  expect(page.status).toBe(404);
});

test('K2: a link shows one workflow, and not the thread that contains it', async () => {
  await using t = await setUp();
  const accounts = createJwtAccounts({ secret });
  const threadId = 'talk';
  await TestLog.create(t.log, { owner: 'ben', threadId });
  const anns = await TestLog.create(t.log, { owner: 'ann', threadId });
  const { token } = await accounts.share(anns.workflowId, { forMs: 60_000 });
  const { kept } = await accounts.takeShare(token);
  const cookie = `runtape_share_${anns.workflowId}=${kept}`;

  expect((await t.guest(`/api/threads/${threadId}`, undefined, { cookie })).status).toBe(401);
  const listed = await (await t.ben(`/api/threads/${threadId}`, undefined, { cookie })).text();
  expect(listed).not.toContain(anns.workflowId);
});
