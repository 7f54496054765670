import { describe, expect, test } from 'vitest';
import { readAll, readContents, recordOf, Run } from './harness.ts';
import { completed, running, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

export function testAppending(open: OpenStore): void {
  describe('appending', () => {
    test('F1: numbers entries 1, 2, 3 … and keeps one incarnation in their ids', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      expect(await run.appendTokens('a')).toBe(1);
      expect(await run.appendTokens('b', 'c')).toBe(3);
      const next = await run.overtake(await store.another());
      expect(await next.appendTokens('d')).toBe(4);
      const entries = await readAll(store.log, run.workflowId);
      expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
      expect(entries.map(({ id }) => id)).toEqual(
        [1, 2, 3, 4].map((seq) => `${run.incarnation}-${seq}`),
      );
      expect(entries.map(({ event }) => event)).toEqual(['a', 'b', 'c', 'd'].map(token));
    });

    test('updates tail, status and summary with the events, for every handle', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const usage = { inputTokens: 1, outputTokens: 2, totalTokens: 3 };
      await run.append([running(1), token('a')], {
        summary: { stage: 'Reading', usage, cost: null, knownCost: 0.5 },
      });
      const other = await store.another();
      expect(await recordOf(other, run.workflowId)).toMatchObject({
        status: 'running',
        tail: 2,
        summary: {
          title: 'A title',
          target: 'example:one',
          stage: 'Reading',
          usage,
          cost: null,
          knownCost: 0.5,
        },
      });
    });

    test('a summary change updates only the fields it names', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const url = 'https://example.com/one';
      await run.append([token('a')], { summary: { url, cost: 0.5 } });
      await run.append([token('b')], { summary: { title: 'New ✨', url: undefined, cost: null } });
      await run.append([token('c')]);
      expect((await recordOf(store.log, run.workflowId)).summary).toEqual({
        title: 'New ✨',
        target: 'example:one',
        url,
        cost: null,
      });
    });

    test('a refused append changes nothing', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.appendTokens('a');
      const before = await recordOf(store.log, run.workflowId);
      const whole = {
        attempt: run.attempt,
        events: [running(1), token('never')],
        summary: { title: 'never' },
        step: { step: 'never', result: 1 },
      };
      const append = (after: number, attempt = run.attempt) =>
        store.log.append(run.workflowId, { ...whole, after, attempt });
      await expect(append(0)).rejects.toMatchObject({ code: 'seq_conflict' });
      await expect(append(2)).rejects.toMatchObject({ code: 'seq_conflict' });
      await expect(append(1, run.attempt + 1)).rejects.toMatchObject({ code: 'attempt_overtaken' });
      expect(await recordOf(store.log, run.workflowId)).toEqual(before);
      expect(await readContents(store.log, run.workflowId)).toEqual(['a']);
      expect(await store.log.steps(run.workflowId)).toEqual(new Map());
    });

    test('an empty append, or one after the end, is invalid', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const append = { attempt: run.attempt, after: 0 };
      const invalid = [[], [completed(), token('a')], [completed(), completed()]];
      for (const events of invalid) {
        const refused = store.log.append(run.workflowId, { ...append, events });
        await expect(refused).rejects.toMatchObject({ code: 'invalid_append' });
      }
      expect(await recordOf(store.log, run.workflowId)).toMatchObject({
        status: 'queued',
        tail: 0,
      });
    });

    test('F1: repeating an append with an unknown outcome never stores an event twice', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const append = { attempt: run.attempt, after: 0, events: ['a', 'b'].map(token) };
      await store.log.append(run.workflowId, append);
      // Like a writer whose connection broke before the reply: it repeats, and the log returns its
      // tail.
      const repeated = store.log.append(run.workflowId, append);
      await expect(repeated).rejects.toMatchObject({ code: 'seq_conflict', tail: 2 });
      expect(await readContents(store.log, run.workflowId)).toEqual(['a', 'b']);
    });

    test('overlapping appends take effect in the order they were made', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const texts = Array.from({ length: 60 }, (_, index) => `${index}`);
      const tails = await Promise.all(texts.map((text) => run.appendTokens(text)));
      expect(tails).toEqual(texts.map((_, index) => index + 1));
      expect(await readContents(store.log, run.workflowId)).toEqual(texts);
    });

    test('a refused overlapping append fails only the appends that build on it', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const append = (after: number, text: string) =>
        store.log.append(run.workflowId, { attempt: run.attempt, after, events: [token(text)] });
      const outcomes = await Promise.allSettled([
        append(0, 'a'),
        append(5, 'lost'),
        append(1, 'b'),
        append(6, 'builds on the lost one'),
        append(2, 'c'),
      ]);
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
        true,
        false,
        true,
        false,
        true,
      ]);
      expect(await readContents(store.log, run.workflowId)).toEqual(['a', 'b', 'c']);
    });

    test('a large append is stored as one append', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const texts = Array.from({ length: 2000 }, (_, index) => `text ${index}`);
      expect(await run.appendTokens(...texts)).toBe(2000);
      expect(await readContents(store.log, run.workflowId)).toEqual(texts);
    });
  });
}
