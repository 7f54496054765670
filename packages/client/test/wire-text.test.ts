import { makeEvent, makeToken } from '@runtape/testing';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRuntapeClient } from '../src/index.ts';
import { collect, startServer, textOf } from '@runtape/loopback';
import { memoryStore } from './stores.ts';
import { TestLog } from '@runtape/testing';

/**
 * Text with everything that breaks protocols: lone surrogates, NUL, all kinds of line breaks, text
 * that looks like a frame.
 */
const nasty = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud83d', '\ude00', '\0', '\u2028', '\u2029', '\r', '\n', '\r\n', '\ufeff'),
      fc.constantFrom('\n\ndata: {}', 'id: 1', 'event: return\n', '"', '\\', '</script>'),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

test('C2: any text survives the whole path, through tRPC and through plain SSE', async () => {
  await using store = await memoryStore();
  const log = await store.open();
  await using server = await startServer({ log });
  const client = createRuntapeClient({ url: server.url });
  await fc.assert(
    fc.asyncProperty(
      fc.array(nasty, { minLength: 1, maxLength: 5 }),
      nasty,
      async (texts, note) => {
        const testLog = await TestLog.create(log);
        const message = makeEvent('log:created', {
          level: 'info',
          message: note,
          fields: { [note]: note },
        });
        await testLog.append(...texts.map((text) => makeToken(text)), message);
        await testLog.complete();
        const seen = collect(client.follow(testLog.workflowId));
        await seen.done;
        expect(textOf(seen.entries)).toBe(texts.join(''));
        expect(seen.entries.at(-2)?.message).toEqual(message);

        const plain = await fetch(`${server.url}/api/workflows/${testLog.workflowId}/events`);
        const lines = (await plain.text()).split('\n');
        const data = lines.filter((line) => line.startsWith('data: ')).map((line) => line.slice(6));
        const events: unknown[] = data.map((line): unknown => JSON.parse(line));
        expect(events).toEqual(
          seen.entries.map(({ id, message: event }) => Object.assign({ id }, event)),
        );
      },
    ),
    { numRuns: 60 },
  );
});
