import { makeToken, TestLog } from '@runtape/testing';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BroadcastGroup } from '../src/broadcast/broadcast-group.ts';
import { eventually } from './eventually.ts';
import { startApi } from './start-api.ts';
import { Client, read } from './stream-client.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * For each join of a group, how many clients had received the newest event, and how many had not.
 */
let joins: { readonly reached: number; readonly waiting: number }[] = [];
let clients: Client[] = [];
let newest = '';

beforeEach(() => {
  joins = [];
  clients = [];
  newest = '';
  // The clock advances so fast that a time slice is used up at its second check, after 32 members.
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 6));
  // oxlint-disable-next-line typescript/unbound-method -- It is called with its own group as `this`.
  const { join } = BroadcastGroup.prototype;
  vi.spyOn(BroadcastGroup.prototype, 'join').mockImplementation(function (
    this: BroadcastGroup,
    member,
  ) {
    const reached = clients.filter(({ text }) => text.includes(newest)).length;
    joins.push({ reached, waiting: clients.length - reached });
    join.call(this, member);
  });
});

afterEach(() => void vi.restoreAllMocks());

/** The actions between one slice and the next. */
const betweenArbitrary = fc.record({
  joins: fc.constantFrom(0, 0, 1, 1, 3),
  /** Whether joining clients already have everything, or start at the beginning. */
  haveAll: fc.boolean(),
  appends: fc.constantFrom(0, 0, 0, 1, 2),
  leaves: fc.option(fc.nat(200)),
  fills: fc.option(fc.nat(200)),
  drains: fc.option(fc.nat(200)),
});

test('A3 A10 F1: whenever readers join, stall or leave while an event is written in slices: each event once, in order', async () => {
  let joinedInTheMiddle = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 33, max: 120 }),
      fc.array(betweenArbitrary, { minLength: 10, maxLength: 30, size: 'max' }),
      async (count, steps) => {
        joins = [];
        clients = [];
        await using api = startApi();
        const testLog = await TestLog.create(api.log);
        const froms = new Map<Client, number>();
        const left = new Set<Client>();
        const append = async (): Promise<void> => {
          newest = `[${testLog.tail + 1}]`;
          await testLog.append(makeToken(newest));
        };
        const open = async (hasAll: boolean): Promise<void> => {
          const from = hasAll ? testLog.tail : 0;
          const after = from === 0 ? '' : testLog.idOf(from);
          const path = `/api/workflows/${testLog.workflowId}/events?lastEventId=${after}`;
          const client = await Client.open(api, path);
          froms.set(client, from);
          clients.push(client);
        };
        await append();
        for (let n = 0; n < count; n += 1) await open(true);
        await eventually(() => expect(joins.length).toBe(count));
        joins = [];

        await append();
        for (const step of steps) {
          await turn();
          for (let n = 0; n < step.joins; n += 1) await open(step.haveAll);
          for (let n = 0; n < step.appends; n += 1) await append();
          const [leaver, full, again] = [step.leaves, step.fills, step.drains].map((which) =>
            which === null ? undefined : clients[which % clients.length],
          );
          if (full !== undefined) full.isFull = true;
          if (again !== undefined) {
            again.isFull = false;
            again.drain();
          }
          if (leaver !== undefined) {
            leaver.leave();
            left.add(leaver);
          }
        }
        joinedInTheMiddle += joins.filter(
          ({ reached, waiting }) => reached > 0 && waiting > 0,
        ).length;
        await testLog.complete();
        const staying = clients.filter((client) => !left.has(client));
        await eventually(() => {
          for (const client of staying) {
            client.isFull = false;
            client.drain();
          }
          expect(staying.every(({ isEnded }) => isEnded)).toBe(true);
        });
        const all = [...Array.from({ length: testLog.tail - 1 }, (_, n) => `[${n + 1}]`), 'end'];
        for (const client of clients) {
          const { pieces } = read(client.text);
          const expectedPieces = all.slice(froms.get(client));
          // A client that left has only the beginning.
          expect(pieces).toEqual(
            left.has(client) ? expectedPieces.slice(0, pieces.length) : expectedPieces,
          );
        }
        expect([api.fanOut.tailCount, api.errors]).toEqual([0, []]);
      },
    ),
    { numRuns: 25, endOnFailure: true },
  );
  expect(joinedInTheMiddle).toBeGreaterThan(0);
});

test('A3 E3: a reader that joins during an event it already has does not get it again, and gets the next one with the others', async () => {
  await using api = startApi();
  const testLog = await TestLog.create(api.log);
  const path = `/api/workflows/${testLog.workflowId}/events`;
  const MEMBERS = 160;
  for (let n = 0; n < MEMBERS; n += 1) clients.push(await Client.open(api, path));
  await eventually(() => expect(joins.length).toBe(MEMBERS));
  newest = '[1]';
  await testLog.append(makeToken(newest));
  const reached = () => clients.filter(({ text }) => text.includes('[1]')).length;
  while (reached() === 0) await turn();
  expect(reached()).toBeLessThan(MEMBERS);

  const late = await Client.open(api, `${path}?lastEventId=${testLog.idOf(1)}`);
  await eventually(() => expect(joins.length).toBe(MEMBERS + 1));
  const middle = joins.at(-1);
  await eventually(() => expect(reached()).toBe(MEMBERS));
  await testLog.append(makeToken('[2]'));
  await eventually(() => expect(read(late.text).pieces).toEqual(['[2]']));

  expect(middle?.waiting).toBeGreaterThan(0);
  await testLog.complete();
  await eventually(() => expect([late, ...clients].every(({ isEnded }) => isEnded)).toBe(true));
  for (const { text } of clients) expect(read(text).pieces).toEqual(['[1]', '[2]', 'end']);
  expect(read(late.text).pieces).toEqual(['[2]', 'end']);
});
