import { decodeEvent } from '@runtape/events';
import { describe, expect, test } from 'vitest';
import { Observer } from './observer.ts';
import { readAll, recordOf, Run } from './harness.ts';
import { token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const TEXTS: readonly (readonly [string, string])[] = [
  ['an empty text', ''],
  ['emoji', '👩‍👩‍👧‍👦🏳️‍🌈 e\u0301'],
  ['CJK', '漢字かな한글'],
  ['right to left', 'שלום \u202Eمرحبا\u202C'],
  ['half an emoji', '\uD83D and \uDE00 apart'],
  ['NUL and control characters', 'a\u0000b\u0001\u001B[31m\u007F\u0085'],
  ['line ends', 'a\nb\r\nc\rd\u2028e\u2029f'],
  ['quotes, backslashes and escapes', '"\\\'\\u0041 \\" {{}} %s $1 </script>'],
  ['a byte order mark and a non-character', '\uFEFFa\uFFFE\uFFFF'],
  ['a line of 100 KB', '0123456789é漢🙂'.repeat(7000)],
];

export function testTexts(open: OpenStore): void {
  describe('texts', () => {
    test.for(TEXTS)('C2: %s survives in every field that stores text', async ([, text]) => {
      await using store = await open();
      const other = await store.another();
      const { signal } = new AbortController();
      const short = text.slice(0, 150);
      const idempotencyKey = `key ${short}`;
      const summary = { title: text, target: short };
      const run = await Run.start(store.log, { input: { text }, summary, idempotencyKey });
      const observer = await Observer.of(other, run.workflowId, signal);
      const step = { step: `step ${short}`, result: { [short]: text } };
      await run.append([token(text)], { step, summary: { stage: text } });
      await store.log.command(run.workflowId, { type: 'cancel', by: short, reason: short });
      await observer.reached(1);
      expect(observer.received).toEqual(await observer.asStored(other, run.workflowId));
      const [entry] = await readAll(other, run.workflowId);
      expect(entry?.event).toEqual(token(text));
      expect(await other.input(run.workflowId)).toEqual({ text });
      expect(await recordOf(other, run.workflowId)).toMatchObject({
        summary: { title: text, target: short, stage: text },
      });
      expect(await other.steps(run.workflowId)).toEqual(new Map([[step.step, step.result]]));
      const [command] = await other.commands(run.workflowId, { after: 0 });
      expect(command?.command).toEqual({ type: 'cancel', by: short, reason: short });
    });

    test('C2: idempotency keys that differ in half an emoji are different keys', async () => {
      await using store = await open();
      const a = await Run.start(store.log, { idempotencyKey: 'key \uD83D' });
      const b = await Run.start(store.log, { idempotencyKey: 'key \uD83E' });
      expect(a.workflowId).not.toBe(b.workflowId);
    });

    test('E1: an event of a type that is not built in survives', async () => {
      await using store = await open();
      const other = await store.another();
      const { signal } = new AbortController();
      const event = decodeEvent({
        type: 'weather:changed',
        data: { sky: ['☁️', null, { wind: 3.5 }] },
        timestamp: '2030-01-02T03:04:05.678Z',
        metadata: { attempt: 1 },
      });
      const run = await Run.start(store.log);
      const observer = await Observer.of(other, run.workflowId, signal);
      await run.append([event, token('after it')]);
      await observer.reached(2);
      expect(observer.received).toEqual(await observer.asStored(other, run.workflowId));
      const [entry] = await readAll(other, run.workflowId);
      expect(entry?.event).toEqual(event);
    });
  });
}
