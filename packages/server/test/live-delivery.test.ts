import { createMemoryEventLog } from '@runtape/event-log/memory';
import { FanOut } from '@runtape/fan-out';
import type { EventId } from '@runtape/events';
import { makeToken, TestLog } from '@runtape/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeStream } from '../src/index.ts';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';
import { Client, read } from './stream-client.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

const stepArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append'), count: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('join'), after: fc.nat(30) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('fill'), which: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('drain'), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('leave'), which: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('turns'), count: fc.nat(12) }) },
);

/** Long enough for readers to become live, fall behind, and become live again. */
const stepsArbitrary = fc.array(stepArbitrary, { minLength: 40, maxLength: 80, size: 'max' });

/** Makes the path of a stream, and the body of a POST. */
type Ask = (workflowId: string, after: EventId | '') => string | readonly [string, object];
const surfaces: readonly [string, Ask][] = [
  ['plain', (id, after) => `/api/workflows/${id}/events?lastEventId=${after}`],
  [
    'tRPC',
    (workflowId, after) => {
      const input = JSON.stringify({ json: { workflowId, lastEventId: after || null } });
      return `/trpc/onWorkflowEvents?input=${encodeURIComponent(input)}`;
    },
  ],
  [
    'a stream of many',
    (workflowId, after) => ['/api/events', { streams: [{ workflowId, after }] }],
  ],
  ['plain, of some types', (id, after) => `/api/workflows/${id}/events?types=token&after=${after}`],
];

describe('from shared buffers', () => {
  test.each(surfaces)(
    'A3 A10 F1 F7: %s: whenever readers join, stall and continue: each event once, in order',
    async (_name, path) => {
      await fc.assert(
        fc.asyncProperty(stepsArbitrary, fc.constantFrom(3, 2000), async (steps, maxEntries) => {
          const log = createMemoryEventLog({});
          // With a small tail, a reader that falls behind also falls behind the tail.
          await using api = startApi({ log, fanOut: new FanOut({ log, maxEntries }) });
          const testLog = await TestLog.create(api.log);
          const clients: { readonly client: Client; readonly after: number }[] = [];
          const left = new Set<Client>();
          for (const step of steps) {
            if ('after' in step) {
              const after = Math.min(step.after, testLog.tail);
              const opened = path(testLog.workflowId, after === 0 ? '' : testLog.idOf(after));
              const [url, body] = typeof opened === 'string' ? [opened] : opened;
              clients.push({
                client: await Client.open(api, url, body && JSON.stringify(body)),
                after,
              });
            } else if ('which' in step) {
              const chosen = clients[step.which]?.client;
              if (chosen === undefined) continue;
              if (step.kind === 'fill') chosen.isFull = true;
              if (step.kind === 'leave') {
                chosen.leave();
                left.add(chosen);
              }
              if (step.kind === 'drain') {
                chosen.isFull = step.which % 2 === 0;
                chosen.drain();
              }
            } else if (step.kind === 'append') {
              for (let n = 0; n < step.count; n += 1) {
                await testLog.append(makeToken(`[${testLog.tail + 1}]`));
              }
            } else {
              for (let n = 0; n < step.count; n += 1) await turn();
            }
          }
          await testLog.complete();
          const staying = clients.filter(({ client }) => !left.has(client));
          await eventually(() => {
            for (const { client } of staying) {
              client.isFull = false;
              client.drain();
            }
            expect(staying.every(({ client }) => client.isEnded)).toBe(true);
          });
          const expected = [
            ...Array.from({ length: testLog.tail - 1 }, (_, index) => `[${index + 1}]`),
            'end',
          ];
          for (const { client, after } of clients) {
            const { pieces, seqs } = read(client.text);
            const expectedPieces = expected.slice(after);
            // A reader that left has only the beginning.
            expect(pieces).toEqual(
              left.has(client) ? expectedPieces.slice(0, pieces.length) : expectedPieces,
            );
            expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
          }
          expect([api.fanOut.tailCount, api.errors]).toEqual([0, []]);
        }),
        { numRuns: 60 },
      );
    },
  );
});

describe('readers of one workflow that are caught up', () => {
  test('E3: get the same bytes, and the appends of one turn as one write', async () => {
    await using api = startApi();
    const testLog = await TestLog.create(api.log);
    const path = `/api/workflows/${testLog.workflowId}/events`;
    const buffers: Uint8Array[][] = [];
    for (let n = 0; n < 3; n += 1) {
      const start = takeStream(await api.api.fetch(new Request(`http://127.0.0.1${path}`)));
      const got: Uint8Array[] = [];
      buffers.push(got);
      start?.({ write: (bytes) => got.push(bytes) > 0, end: () => undefined });
    }
    await eventually(() => expect(api.fanOut.readerCount(testLog.workflowId)).toBe(3));
    for (let n = 0; n < 5; n += 1) await turn();
    for (const got of buffers) got.length = 0;
    await testLog.append(makeToken('a'), makeToken('b'));
    await eventually(() => expect(buffers.map((got) => got.length)).toEqual([1, 1, 1]));
    const [first, second, third] = buffers.map(([bytes]) => bytes);
    expect(second).toBe(first);
    expect(third).toBe(first);
    const text = new TextDecoder().decode(first);
    expect(text.match(/^id: .*$/gm)).toEqual([`id: ${testLog.idOf(1)}`, `id: ${testLog.idOf(2)}`]);
  });

  test('A10: a reader that is blocked for long gets what it missed in few merged writes', async () => {
    await using api = startApi();
    const testLog = await TestLog.create(api.log);
    const path = `/api/workflows/${testLog.workflowId}/events`;
    const [slow, quick] = [await Client.open(api, path), await Client.open(api, path)];
    await testLog.append(makeToken('begun'));
    await eventually(() => {
      for (const { text } of [slow, quick]) expect(text).toContain('begun');
    });
    slow.isFull = true;
    for (let n = 1; n <= 200; n += 1) {
      await testLog.append(makeToken(`[${n}]`));
      if (n % 10 === 0) await turn();
    }
    await eventually(() => expect(read(quick.text).pieces).toHaveLength(200));
    expect(read(slow.text).pieces.length).toBeLessThan(50);
    const before = slow.writes;
    slow.isFull = false;
    slow.drain();
    expect(read(slow.text).pieces).toEqual(read(quick.text).pieces);
    expect(slow.writes - before).toBe(1);
    expect(slow.text.length).toBeLessThan(quick.text.length / 2);
  });

  test('E16 D7: events sent to many readers in one write are counted for each reader', async () => {
    const delivered: [string, number][] = [];
    const observer = {
      opened: () => undefined,
      delivered: (surface: string, events: number) => void delivered.push([surface, events]),
      ended: () => undefined,
      refused: () => undefined,
    };
    await using api = startApi({ observer });
    const testLog = await TestLog.create(api.log);
    const path = `/api/workflows/${testLog.workflowId}/events`;
    const clients = await Promise.all([1, 2, 3].map(() => Client.open(api, path)));
    await eventually(() => expect(api.fanOut.readerCount(testLog.workflowId)).toBe(3));
    await testLog.append(makeToken('a'), makeToken('b'));
    await eventually(() => expect(delivered).toEqual([['sse', 6]]));
    await testLog.complete();
    await eventually(() => expect(clients.every(({ isEnded }) => isEnded)).toBe(true));
    expect(delivered).toEqual([
      ['sse', 6],
      ['sse', 3],
    ]);
    const { completed, events } = await api.caller.statistics();
    expect([completed, events]).toEqual([3, 9]);
  });
});
