import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRuntapeClient } from '@runtape/client';
import {
  browserEventSource,
  launchBrowser,
  spawnRuntape,
  startServerProcess,
  temporaryFolder,
} from '@runtape/e2e';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { findNginx, plainSite, startNginx } from '@runtape/nginx';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { framesOf, nextData } from './frames.ts';
import {
  curl,
  eventSourcePackage,
  hasCurl,
  type ReceivedFrame,
  type PlainClient,
} from './plain-clients.ts';

const nginxPath = await findNginx().catch((error: unknown) => {
  process.stderr.write(`NOT TRIED: Runtape behind nginx. ${String(error)}\n`);
  return null;
});
if (!hasCurl) process.stderr.write('NOT TRIED: curl through nginx. There is no curl here.\n');

/**
 * A real server behind a real nginx, and the log it reads, so that a test can write events at the
 * moment it wants them.
 */
async function startBehindNginx(
  env: Record<string, string> = {},
  siteFor: typeof plainSite = plainSite,
) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const file = join(folder.path, 'db');
  const cache = join(folder.path, 'cache');
  const settings = { RUNTAPE_DB: file, RUNTAPE_CACHE: cache, HEARTBEAT_SECONDS: '1', ...env };
  const server = stack.use(await startServerProcess(settings));
  const log = stack.use(await openSqliteEventLog({ file }));
  const nginx = stack.use(await startNginx({ path: nginxPath ?? '', site: siteFor(server.url) }));
  return { log, nginx, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const terminal = makeEvent('workflow:completed', {
  durationMs: 1,
  usage: null,
  cost: null,
  result: { comment: 'Hi 😀' },
});

/**
 * Events, and their names in each format; a format without a name for an event omits it.
 */
const steps = [
  [
    makeEvent('status', { stage: 'a', message: 'A' }),
    { native: 'status', thread: 'status', chat: 'status' },
  ],
  [makeToken('Hi '), { native: 'token', simple: 'llm_response', thread: 'token' }],
  [makeToken('😀'), { native: 'token', simple: 'llm_response', thread: 'token' }],
  [makeEvent('log:created', { level: 'info', message: 'x' }), { native: 'log:created' }],
  [terminal, { native: 'workflow:completed', simple: 'complete', thread: 'done', chat: 'final' }],
] as const;
const formats = ['native', 'simple', 'thread', 'chat'] as const;

describe.skipIf(nginxPath === null)('C3: behind nginx with its default settings', () => {
  // Shared by all tests that write their own events: each has a separate workflow.
  let started: Awaited<ReturnType<typeof startBehindNginx>>;

  beforeAll(async () => {
    started = await startBehindNginx({ WORKERS: '0' });
  });

  afterAll(() => started[Symbol.asyncDispose]());

  test.each(['identity', 'gzip'])(
    'C3 E12: %s: in every format each event is read before the next one is written',
    async (encoding) => {
      const { nginx, log } = started;
      const testLog = await TestLog.create(log);
      const streams = await Promise.all(
        formats.map(async (format) => {
          const url = `${nginx.url}/api/workflows/${testLog.workflowId}/events?format=${format}`;
          const response = await fetch(url, { headers: { 'Accept-Encoding': encoding } });
          expect(response.headers.get('content-type')).toContain('text/event-stream');
          expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
          const told = response.headers.get('content-encoding') ?? 'identity';
          expect(told).toBe(encoding);
          return { format, url, frames: framesOf(response) };
        }),
      );
      for (const [event, names] of steps) {
        await testLog.append(event);
        const words = new Map<string, string>(Object.entries(names));
        const telling = streams.filter(({ format }) => words.has(format));
        const told = telling.map(async ({ format, frames }) => {
          return [format, (await nextData(frames)).event] as const;
        });
        expect(new Map(await Promise.all(told))).toEqual(words);
      }
      for (const { url, frames } of streams) {
        expect(await frames.next()).toMatchObject({ done: true });
        const again = await fetch(url, {
          headers: { 'Last-Event-ID': testLog.idOf(testLog.tail) },
        });
        expect(again.status).toBe(204);
      }
    },
  );

  test('C3 B1 F6: curl, the eventsource package and the EventSource of Chromium read every format live, to its end', async () => {
    await using browser = await launchBrowser(inject('chromiumPath'));
    const { nginx, log } = started;
    const testLog = await TestLog.create(log);
    const names = [...new Set(steps.flatMap(([, words]) => Object.values(words)))];
    const clients: Readonly<Record<string, PlainClient>> = {
      ...(hasCurl && { curl }),
      'the eventsource package': eventSourcePackage(names),
      Chromium: browserEventSource(browser, names),
    };
    const readers = Object.entries(clients).flatMap(([client, read]) =>
      formats.map((format) => {
        const heard: ReceivedFrame[] = [];
        const url = `${nginx.url}/api/workflows/${testLog.workflowId}/events?format=${format}`;
        return { client, format, heard, done: read(url, (frame) => heard.push(frame)) };
      }),
    );
    const expected = new Map<string, string[]>(formats.map((format) => [format, []]));
    for (const [event, words] of steps) {
      await testLog.append(event);
      for (const [format, word] of Object.entries(words)) expected.get(format)?.push(word);
      // The next one is written only after all have received this one.
      const told = () =>
        readers.map(({ client, format, heard }) => ({
          client,
          format,
          told: heard.map((frame) => frame.event),
        }));
      await expect
        .poll(told)
        .toEqual(
          readers.map(({ client, format }) => ({ client, format, told: expected.get(format) })),
        );
    }
    await Promise.all(readers.map(({ done }) => done));
    for (const { client, format, heard } of readers) {
      const last = heard.at(-1);
      expect({ client, format, id: last?.id }).toEqual({ client, format, id: testLog.idOf(5) });
      expect(last?.data).toContain('Hi 😀');
      expect(heard).toHaveLength(expected.get(format)?.length ?? 0);
    }
  });

  test('C3: over tRPC, a thread stream and a shared stream each event is read before the next one is written', async () => {
    const { nginx, log } = started;
    const testLog = await TestLog.create(log, { threadId: 'talk' });
    const client = createRuntapeClient({ url: nginx.url });
    const followed = client.follow(testLog.workflowId)[Symbol.asyncIterator]();
    const leaving = new AbortController();
    const thread = await fetch(`${nginx.url}/api/threads/talk/events`, leaving);
    const shared = await fetch(`${nginx.url}/api/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ streams: [{ workflowId: testLog.workflowId }] }),
    });
    const [ofThread, ofShared] = [framesOf(thread), framesOf(shared)];
    for (const [event] of steps) {
      await testLog.append(event);
      expect((await followed.next()).value).toMatchObject({ message: { type: event.type } });
      expect(await nextData(ofThread)).toMatchObject({ event: event.type });
      expect((await nextData(ofShared)).data).toContain(`"type":"${event.type}"`);
    }
    expect(await followed.next()).toMatchObject({ done: true });
    expect(await nextData(ofShared)).toMatchObject({ event: 'ended' });
    leaving.abort();
    await client.close();
  });

  test('C5: heartbeats of a quiet stream arrive', async () => {
    const { workflowId } = await TestLog.create(started.log);
    const leaving = new AbortController();
    const url = `${started.nginx.url}/api/workflows/${workflowId}/events`;
    const comments: string[] = [];
    for await (const { comment } of framesOf(await fetch(url, leaving))) {
      if (comment !== undefined) comments.push(comment);
      if (comments.length === 2) break;
    }
    expect(comments).toEqual(['heartbeat', 'heartbeat']);
    leaving.abort();
  });

  test('B4 C6: clients continue where they were after nginx was killed and restarted, and stop at the end', async () => {
    const { nginx, log } = started;
    const testLog = await TestLog.create(log);
    const bySource: string[] = [];
    const source = new EventSource(`${nginx.url}/api/workflows/${testLog.workflowId}/events`);
    source.addEventListener('token', ({ lastEventId }) => bySource.push(lastEventId));
    source.addEventListener('workflow:completed', ({ lastEventId }) => bySource.push(lastEventId));
    const byClient: string[] = [];
    const client = createRuntapeClient({ url: nginx.url });
    const following = (async () => {
      for await (const { id } of client.follow(testLog.workflowId)) byClient.push(id);
    })();
    const heard = (count: number) =>
      expect.poll(() => [bySource.length, byClient.length]).toEqual([count, count]);
    await testLog.append(makeToken('one'));
    await heard(1);
    await testLog.append(makeToken('two'));
    await heard(2);
    await nginx.kill();
    await testLog.append(makeToken('three'));
    await nginx.start();
    await heard(3);
    await testLog.append(makeToken('four'), terminal);
    await following;
    // To an EventSource, the end is an error; it stops reconnecting only after the 204.
    await expect.poll(() => source.readyState).toBe(source.CLOSED);
    const ids = [1, 2, 3, 4, 5].map((seq) => testLog.idOf(seq));
    expect([bySource, byClient]).toEqual([ids, ids]);
    await client.close();
  });

  test('C9: runtape verify passes', async () => {
    await using working = await startBehindNginx({ DEMO_TOKENS_PER_SECOND: '400' });
    expect(await verify(working.nginx.url)).toEqual({ failed: [], code: 0 });
  });

  test('C3: runtape verify passes with the nginx settings from docs/operations.md', async () => {
    const docs = await readFile(join(import.meta.dirname, '../../../docs/operations.md'), 'utf8');
    const [, shown = ''] = /```nginx\n(.*?)```/s.exec(docs) ?? [];
    await using asShown = await startBehindNginx(
      { DEMO_TOKENS_PER_SECOND: '400', ALLOWED_HOSTS: 'runtape.example.com' },
      (target) => (listen) =>
        shown.replace('listen 80;', `listen ${listen};`).replace('http://127.0.0.1:4310', target),
    );
    expect(await verify(asShown.nginx.url)).toEqual({ failed: [], code: 0 });
  });
});

async function verify(url: string) {
  await using running = spawnRuntape(
    ['verify', url, '--heartbeat', '1', '--json', '--timeout', '240'],
    {},
  );
  const { code } = await running.exited;
  const lines = running.stdout.trimEnd().split('\n');
  return { failed: lines.filter((line) => !/"outcome":"(?:passed|skipped)"/.test(line)), code };
}
