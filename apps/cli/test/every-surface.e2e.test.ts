import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { get, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { createRuntapeClient, type RuntapeClient } from '@runtape/client';
import { startServerProcess, temporaryFolder } from '@runtape/e2e';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { EventLog } from '@runtape/event-log';
import {
  decodeStreamMessage,
  eventIdSchema,
  type StreamEntry,
  type WorkflowEvent,
} from '@runtape/events';
import { makeEvent, makeToken, TestLog } from '@runtape/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { runtape } from './runtape.ts';

/**
 * Texts that break protocols: half a surrogate pair, NUL, every kind of line break, text that looks
 * like a frame, arbitrary bytes.
 */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud83d', '\ude00', '\0', '\u2028', '\u2029', '\u0085', '\r', '\n', '\r\n'),
      fc.constantFrom('\n\ndata: {}', 'id: 1\n', 'event: return\n', ': ', '"', '\\', '</script>'),
      fc.constantFrom('\ufeff', '\ufffe', '漢字', 'שלום', '👨‍👩‍👧', '\u001b[31m'),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** Lines of 100 KB. */
const long = nasty.map((piece) => `${piece}é漢🙂`.padEnd(40, '0123456789').repeat(2_500));

const texts = fc.tuple(fc.array(nasty, { minLength: 40, maxLength: 60 }), long);

/** Returns an event of every kind that carries text, with the text in each of its fields. */
function toEvents(pieces: readonly string[]): WorkflowEvent[] {
  return pieces.flatMap((piece) => [
    // Neighbouring tokens, which a lagging reader receives merged, even if each is half an emoji.
    makeToken(piece),
    makeToken(piece, { isComplete: true }),
    makeEvent('log:created', { level: 'info', message: piece, fields: { [piece]: [piece] } }),
    makeEvent('tool:returned', {
      callId: 'c1',
      name: 'read_file',
      ok: true,
      summary: piece,
      output: piece,
      truncated: false,
      durationMs: 1,
    }),
  ]);
}

/** Returns the result of `merge` for the events of one text. */
function expectedFor(piece: string): unknown[] {
  const others = toEvents([piece]).slice(2);
  return [piece + piece, ...others.map(({ type, data }) => ({ type, data }))];
}

/**
 * Returns the content of each event, with neighbouring tokens merged, since surfaces may merge them
 * differently.
 */
function merge(entries: readonly StreamEntry[]): unknown[] {
  const received: unknown[] = [];
  let text = '';
  for (const { message } of entries) {
    if (message.type === 'token') {
      text += message.data.content;
      if (!message.data.isComplete) continue;
      received.push(text);
      text = '';
    } else {
      received.push({ type: message.type, data: message.data });
    }
  }
  return received;
}

function parse(line: string): StreamEntry {
  const value: unknown = JSON.parse(line);
  const { id } = z.object({ id: eventIdSchema }).parse(value);
  return { id, message: decodeStreamMessage(value) };
}

const toLines = (out: string): string[] => out.trimEnd().split('\n');

async function readPages(client: RuntapeClient, workflowId: string): Promise<StreamEntry[]> {
  const received: StreamEntry[] = [];
  let after: string | null = null;
  for (;;) {
    const range = after === null ? {} : { after };
    const page = await client.trpc.workflow.events.query({ workflowId, limit: 50, ...range });
    received.push(...page.events.map(({ id, ...message }) => ({ id, message })));
    if (page.ended) return received;
    after = page.next;
  }
}

/** Subscribes as a plain tRPC client, without Runtape's. */
async function subscribe(client: RuntapeClient, workflowId: string): Promise<StreamEntry[]> {
  const received: StreamEntry[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.trpc.onWorkflowEvents.subscribe(
    { workflowId },
    {
      onData: ({ id, data }) => {
        if (data.type !== 'cursor') received.push({ id: eventIdSchema.parse(id), message: data });
      },
      onStopped: resolve,
      onError: reject,
    },
  );
  await promise;
  return received;
}

async function follow(client: RuntapeClient, workflowId: string): Promise<StreamEntry[]> {
  const received: StreamEntry[] = [];
  for await (const entry of client.follow(workflowId)) received.push(entry);
  return received;
}

/** Reads the bytes of a socket, split at line feeds, without a parser. */
async function readRaw(url: string): Promise<string[]> {
  const [response] = z
    .tuple([z.instanceof(IncomingMessage)])
    .parse(await once(get(url), 'response'));
  return (await readText(response))
    .split('\n')
    .filter((line) => line.startsWith('data: '))
    .map((line) => line.slice('data: '.length));
}

async function record(log: EventLog, events: readonly WorkflowEvent[]): Promise<TestLog> {
  const testLog = await TestLog.create(log);
  await testLog.append(...events);
  await testLog.complete();
  return testLog;
}

test('C2: any text survives every surface byte for byte: subscription, page, plain SSE, client, command line, archive, replay', async () => {
  await using folder = await temporaryFolder();
  const env = { RUNTAPE_DB: join(folder.path, 'db'), WORKERS: '0' };
  const archives = join(folder.path, 'archives');
  await using server = await startServerProcess(env);
  await using log = await openSqliteEventLog({ file: env.RUNTAPE_DB });
  const client = createRuntapeClient(server);
  const property = fc.asyncProperty(texts, async ([short, line]) => {
    const { workflowId } = await record(log, toEvents([...short, line]));
    const { entries } = await log.read(workflowId, { after: 0, limit: 10_000 });
    const stored = entries.map(({ id, event: message }) => ({ id, message }));
    expect(merge(stored).slice(0, -1)).toEqual([...short, line].flatMap(expectedFor));

    const url = ['--url', server.url];
    const followed = await runtape(['follow', workflowId, '--json', ...url]);
    await runtape(['archive', archives, ...url]);
    const file = join(archives, `${workflowId}.ndjson`);
    const replayed = await runtape(['replay', file, '--json', '--speed', '0']);
    const surfaces = {
      'tRPC subscription': await subscribe(client, workflowId),
      'tRPC query page': await readPages(client, workflowId),
      'plain SSE': (await readRaw(`${server.url}/api/workflows/${workflowId}/events`)).map(parse),
      client: await follow(client, workflowId),
      'follow --json': toLines(followed.stdout).map(parse),
      archive: toLines(await readFile(file, 'utf8'))
        .slice(1)
        .map(parse),
      'replay --json': toLines(replayed.stdout).map(parse),
    };
    for (const [surface, received] of Object.entries(surfaces)) {
      expect({ [surface]: merge(received) }).toEqual({ [surface]: merge(stored) });
      expect(received.at(-1)?.id).toBe(stored.at(-1)?.id);
    }
    const { snapshot } = await client.getWorkflow(workflowId);
    expect(snapshot.parts.map(({ text }) => text)).toEqual(
      [...short, line].map((piece) => piece + piece),
    );
  });
  // Few runs with many texts each: every run starts programs.
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
  await client.close();
});
