import type { Entry, Watcher } from '@runtape/event-log';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Harness, NOTHING, QUIET_CHECK_MS } from './harness.ts';
import { range, type Reader } from './reader.ts';
import { Writer } from './writer.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The fate of one live message. */
const fate = fc.constantFrom('arrives', 'arrives', 'arrives', 'lost', 'doubled', 'resynced');

/** One event: a token, or an event that tokens are not merged across. */
const kind = fc.constantFrom('token', 'token', 'status');

const run = fc.record({
  events: fc.array(fc.tuple(kind, fate), { minLength: 1, maxLength: 25 }),
  /** For each reader: after how many events it joins, and how many of them its cursor covers. */
  readers: fc.array(fc.record({ comesAt: fc.nat(25), has: fc.nat(25) }), {
    minLength: 1,
    maxLength: 4,
  }),
  pageSize: fc.integer({ min: 1, max: 6 }),
  maxEntries: fc.integer({ min: 1, max: 6 }),
  /** Whether each request finds the log unavailable. */
  outages: fc.array(fc.boolean(), { maxLength: 20 }),
  scheduler: fc.scheduler(),
});

test('A3, F1: whenever a reader joins, and whatever happens to live messages: each event once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(run, async ({ events, readers, pageSize, maxEntries, outages, scheduler }) => {
      const harness = new Harness();
      const { log } = harness;
      const fanOut = harness.another({ maxEntries });
      const writer = await Writer.start(log);
      const pace = (): Promise<void> => scheduler.schedule(Promise.resolve());
      const isAway = [...outages];
      log.travel = async () => {
        await pace();
        log.isDown = isAway.shift() ?? false;
      };
      const coming: { reader: Reader; after: number }[] = [];

      const write = async (): Promise<void> => {
        for (const [index, [type, fateOfIt]] of events.entries()) {
          for (const { comesAt, has } of readers) {
            if (comesAt % events.length !== index) continue;
            const seq = has % (index + 1);
            const reader = harness.read({ after: writer.idOf(seq), pageSize, pace }, fanOut);
            coming.push({ reader, after: seq });
          }
          log.announce = (watcher, entries) => {
            void pace().then(() => deliver(watcher, entries, fateOfIt));
          };
          await pace();
          await (type === 'token' ? writer.tokens() : writer.status());
        }
        // The last message is always lost, so only the quiet check can find its entry.
        log.announce = () => {};
        await writer.end();
      };

      const written = write();
      await drain(scheduler, async () => {
        await written;
        await Promise.all(coming.map(({ reader }) => reader.done));
      });
      for (const { reader, after } of coming) {
        expect(reader.mismatch).toBeNull();
        expect(reader.seen).toEqual(range(after + 1, events.length + 1));
      }
      expect(await harness.end()).toEqual(NOTHING);
    }),
    { numRuns: 300 },
  );
});

function deliver(watcher: Watcher, entries: readonly Entry[], fateOfIt: string): void {
  if (fateOfIt === 'resynced') watcher.resync();
  if (fateOfIt === 'lost' || fateOfIt === 'resynced') return;
  watcher.entries(entries);
  if (fateOfIt === 'doubled') watcher.entries(entries);
}

/** Runs scheduled tasks in random order, and advances the time when none is left. */
async function drain(scheduler: fc.Scheduler, all: () => Promise<void>): Promise<void> {
  const state = { isDone: false };
  const done = all().finally(() => {
    state.isDone = true;
  });
  while (!state.isDone) {
    if (scheduler.count() > 0) await scheduler.waitOne();
    else await vi.advanceTimersByTimeAsync(QUIET_CHECK_MS);
  }
  await done;
}
