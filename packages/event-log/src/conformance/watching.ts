import { describe, expect, test, vi } from 'vitest';
import { isEventLogError } from '../errors.ts';
import type { Page } from '../port/read.ts';
import { Observer } from './observer.ts';
import { readAll, Run } from './harness.ts';
import { contentOf, newWorkflow, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

export function testWatching(open: OpenStore): void {
  describe('watching', () => {
    test('A1: every append that starts after watching is in effect is announced to every handle', async () => {
      await using store = await open();
      const { signal } = new AbortController();
      const other = await store.another();
      const run = await Run.start(store.log);
      const here = await Observer.of(store.log, run.workflowId, signal);
      const there = await Observer.of(other, run.workflowId, signal);
      for (let index = 0; index < 20; index += 1)
        await run.appendTokens(`${index}`, `${index} again`);
      await run.end();
      for (const observer of [here, there]) {
        await observer.reached(41);
        expect(observer.received).toEqual(await observer.asStored(store.log, run.workflowId));
      }
    });

    test('A1: announcements contain what the log stored, and share no object with the writer', async () => {
      await using store = await open();
      const { signal } = new AbortController();
      const other = await store.another();
      const [one, two] = [await Run.start(store.log), await Run.start(store.log)];
      const observers = await Promise.all(
        [store.log, other].map(async (log) => ({
          ofOne: await Observer.of(log, one.workflowId, signal),
          ofTwo: await Observer.of(log, two.workflowId, signal),
        })),
      );
      const event = token('as it was');
      for (const run of [one, two]) {
        await run.append([event]);
        await run.append([event, event]);
      }
      event.data.content = 'changed afterwards';
      for (const { ofOne, ofTwo } of observers) {
        await ofOne.reached(3);
        await ofTwo.reached(3);
        const received = [...ofOne.received, ...ofTwo.received].map((entry) => entry.event);
        expect(received.map(contentOf)).toEqual(received.map(() => 'as it was'));
        // Code that uses an event object as a key must not find it in another entry.
        expect(new Set(received).size).toBe(received.length);
        expect(received).not.toContain(event);
      }
    });

    test('E3: all watchers of a workflow receive what any handle appends', async () => {
      await using store = await open();
      const { signal } = new AbortController();
      const other = await store.another();
      const first = await Run.start(store.log);
      const observers = await Promise.all(
        [store.log, store.log, other].map((log) => Observer.of(log, first.workflowId, signal)),
      );
      await first.appendTokens('from here');
      const second = await first.overtake(other);
      await second.appendTokens('from there');
      const third = await second.overtake(store.log);
      await third.appendTokens('and from here');
      for (const observer of observers) await observer.reached(3);
      expect(observers.flatMap(({ received }) => received).every(({ seq }) => seq <= 3)).toBe(true);
    });

    test('A1: no entry is announced before it can be read', async () => {
      await using store = await open();
      const { signal } = new AbortController();
      const run = await Run.start(store.log);
      const reads: Promise<{ seq: number; page: Page }>[] = [];
      for (const log of [store.log, await store.another()]) {
        const watcher = new Observer();
        const entries = watcher.entries.bind(watcher);
        watcher.entries = (received) => {
          entries(received);
          for (const { seq } of received) {
            const range = { after: seq - 1, limit: 1 };
            reads.push(log.read(run.workflowId, range).then((page) => ({ seq, page })));
          }
        };
        await log.watch(run.workflowId, watcher, signal);
      }
      for (let index = 0; index < 10; index += 1) await run.appendTokens(`${index}`);
      await vi.waitFor(() => expect(reads.length).toBeGreaterThanOrEqual(20), { interval: 2 });
      for (const { seq, page } of await Promise.all(reads)) {
        expect(page.entries[0]?.seq).toBe(seq);
      }
    });

    test('A3: a reader that watches first and then reads has everything, whenever it joins', async () => {
      await using store = await open();
      const other = await store.another();
      const run = await Run.start(store.log);
      const writing = (async () => {
        for (let index = 0; index < 60; index += 1) await run.appendTokens(`${index}`);
        await run.end();
      })();
      const joined = await Promise.all(
        [store.log, other, other].map(async (log) => {
          const { signal } = new AbortController();
          const observer = await Observer.of(log, run.workflowId, signal);
          const history = await readAll(log, run.workflowId);
          return { observer, history };
        }),
      );
      await writing;
      for (const { observer, history } of joined) {
        await observer.reached(61, { from: history.length + 1 });
        expect(observer.received).toEqual(await observer.asStored(store.log, run.workflowId));
      }
    });

    test('a watcher receives entries of its own workflow only', async () => {
      await using store = await open();
      const { signal } = new AbortController();
      const [a, b] = [await Run.start(store.log), await Run.start(store.log)];
      const observer = await Observer.of(store.log, a.workflowId, signal);
      await b.appendTokens('b');
      await a.appendTokens('a');
      await observer.reached(1);
      for (const { event } of observer.received) expect(contentOf(event)).toBe('a');
    });

    test.for(['the writing', 'another'])(
      'C8: after the abort a watcher of %s handle receives nothing, and the others continue',
      async (which) => {
        await using store = await open();
        const log = which === 'another' ? await store.another() : store.log;
        const leaving = new AbortController();
        const run = await Run.start(store.log);
        const gone = await Observer.of(log, run.workflowId, leaving.signal);
        const still = await Observer.of(log, run.workflowId, new AbortController().signal);
        await run.appendTokens('heard by both');
        await gone.reached(1);
        leaving.abort();
        const before = gone.received.length + gone.resyncs;
        await run.appendTokens('heard by one');
        await still.reached(2);
        expect(gone.received.length + gone.resyncs).toBe(before);
      },
    );

    test('a watcher may abort while it is being notified', async () => {
      await using store = await open();
      const controller = new AbortController();
      const run = await Run.start(store.log);
      let calls = 0;
      const watcher = {
        entries: () => {
          calls += 1;
          controller.abort();
        },
        resync: () => {},
      };
      await store.log.watch(run.workflowId, watcher, controller.signal);
      const still = await Observer.of(store.log, run.workflowId, new AbortController().signal);
      await run.appendTokens('a');
      await run.appendTokens('b');
      await still.reached(2);
      expect(calls).toBeLessThanOrEqual(1);
    });

    test('watching with an aborted signal is refused with the reason of the signal', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const reason = new Error('gone already');
      const signal = AbortSignal.abort(reason);
      const observer = new Observer();
      await expect(store.log.watch(run.workflowId, observer, signal)).rejects.toBe(reason);
      await expect(store.log.watchCommands(run.workflowId, () => {}, signal)).rejects.toBe(reason);
      const still = await Observer.of(store.log, run.workflowId, new AbortController().signal);
      await run.appendTokens('a');
      await still.reached(1);
      expect(observer.received).toEqual([]);
    });

    // An unhandled rejection would end the process, and fails the run here.
    test('A13: watching an unknown workflow with an aborted signal is refused with the reason of the signal', async () => {
      await using store = await open();
      const { workflowId } = newWorkflow();
      const reason = new Error('gone already');
      const signal = AbortSignal.abort(reason);
      for (const refused of [
        () => store.log.watch(workflowId, new Observer(), signal),
        () => store.log.watchCommands(workflowId, () => {}, signal),
      ]) {
        await expect(refused()).rejects.toSatisfy(
          (error) => error === reason || isEventLogError(error, 'unknown_workflow'),
        );
      }
      await store.log.list({ limit: 1 });
    });

    test('A13: a watch that is aborted during its setup ends exactly once, whatever the setup returns', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const reason = new Error('left');
      for (const { workflowId } of [run, newWorkflow()]) {
        const left = new AbortController();
        const watching = [
          store.log.watch(workflowId, new Observer(), left.signal),
          store.log.watchCommands(workflowId, () => {}, left.signal),
        ].map((watch) => watch.catch((error: unknown) => error));
        left.abort(reason);
        for (const error of await Promise.all(watching)) {
          if (error === undefined || error === reason) continue;
          expect(error).toMatchObject({ code: 'unknown_workflow' });
        }
      }
      await run.appendTokens('still taken');
    });

    test('E10: a watcher that throws does not affect the writer or other watchers', async () => {
      await using store = await open();
      const { signal } = new AbortController();
      const other = await store.another();
      const run = await Run.start(store.log);
      const observers: Observer[] = [];
      for (const log of [store.log, other]) {
        const broken = {
          entries: () => {
            throw new Error('a broken watcher');
          },
          resync: () => {
            throw new Error('a broken watcher');
          },
        };
        observers.push(await Observer.of(log, run.workflowId, signal));
        await log.watch(run.workflowId, broken, signal);
        observers.push(await Observer.of(log, run.workflowId, signal));
      }
      expect(await run.appendTokens('a')).toBe(1);
      expect(await run.appendTokens('b')).toBe(2);
      for (const observer of observers) await observer.reached(2);
    });
  });
}
