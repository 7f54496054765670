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
 * What breaks protocols: half a surrogate pair, NUL, every kind of line break, what looks like a
 * frame, bytes of any kind.
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

/** Lines of 100 KB, of whatever. */
const long = nasty.map((piece) => `${piece}é漢🙂`.padEnd(40, '0123456789').repeat(2_500));

const texts = fc.tuple(fc.array(nasty, { minLength: 40, maxLength: 60 }), long);

/** Every kind of event that carries text, with a text in each of its places. */
function eventsOf(pieces: readonly string[]): WorkflowEvent[] {
  return pieces.flatMap((piece) => [
    // Neighbours, which a reader that is behind gets as one, also when both are half of an emoji.
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

/** What `joined` makes of the events of one text. */
function toldOf(piece: string): unknown[] {
  const others = eventsOf([piece]).slice(2);
  return [piece + piece, ...others.map(({ type, data }) => ({ type, data }))];
}

/**
 * What each event says, with neighbouring tokens as one, so that it does not matter how a surface
 * merges them.
 */
function joined(entries: readonly StreamEntry[]): unknown[] {
  const told: unknown[] = [];
  let text = '';
  for (const { message } of entries) {
    if (message.type === 'token') {
      text += message.data.content;
      if (!message.data.isComplete) continue;
      told.push(text);
      text = '';
    } else {
      told.push({ type: message.type, data: message.data });
    }
  }
  return told;
}

function parse(line: string): StreamEntry {
  const value: unknown = JSON.parse(line);
  const { id } = z.object({ id: eventIdSchema }).parse(value);
  return { id, message: decodeStreamMessage(value) };
}

const linesOf = (out: string): string[] => out.trimEnd().split('\n');

async function readPages(client: RuntapeClient, workflowId: string): Promise<StreamEntry[]> {
  const told: StreamEntry[] = [];
  let after: string | null = null;
  for (;;) {
    const range = after === null ? {} : { after };
    const page = await client.trpc.workflow.events.query({ workflowId, limit: 50, ...range });
    told.push(...page.events.map(({ id, ...message }) => ({ id, message })));
    if (page.ended) return told;
    after = page.next;
  }
}

/** As any tRPC client gets it, without ours around it. */
async function subscribe(client: RuntapeClient, workflowId: string): Promise<StreamEntry[]> {
  const told: StreamEntry[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  client.trpc.onWorkflowEvents.subscribe(
    { workflowId },
    {
      onData: ({ id, data }) => {
        if (data.type !== 'cursor') told.push({ id: eventIdSchema.parse(id), message: data });
      },
      onStopped: resolve,
      onError: reject,
    },
  );
  await promise;
  return told;
}

async function follow(client: RuntapeClient, workflowId: string): Promise<StreamEntry[]> {
  const told: StreamEntry[] = [];
  for await (const entry of client.follow(workflowId)) told.push(entry);
  return told;
}

/** Bytes from a socket, parted at line feeds, and nothing cleverer than that. */
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
    const { workflowId } = await record(log, eventsOf([...short, line]));
    const { entries } = await log.read(workflowId, { after: 0, limit: 10_000 });
    const stored = entries.map(({ id, event: message }) => ({ id, message }));
    expect(joined(stored).slice(0, -1)).toEqual([...short, line].flatMap(toldOf));

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
      'follow --json': linesOf(followed.stdout).map(parse),
      archive: linesOf(await readFile(file, 'utf8'))
        .slice(1)
        .map(parse),
      'replay --json': linesOf(replayed.stdout).map(parse),
    };
    for (const [surface, told] of Object.entries(surfaces)) {
      expect({ [surface]: joined(told) }).toEqual({ [surface]: joined(stored) });
      expect(told.at(-1)?.id).toBe(stored.at(-1)?.id);
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
