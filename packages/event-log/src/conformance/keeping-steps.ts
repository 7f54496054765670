import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { Run } from './harness.ts';
import { token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

export function testKeepingSteps(open: OpenStore): void {
  describe('steps', () => {
    test('F5: a step is stored with its append, and found by a later attempt through any handle', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const results: Readonly<Record<string, JsonValue>> = {
        'read topic': { title: '标题 🎉', labels: ['bug', null], n: 1.5, deep: { yes: true } },
        nothing: null,
        empty: '',
        __proto__odd: [],
      };
      for (const [step, result] of Object.entries(results)) {
        await run.append([token(step)], { step: { step, result } });
      }
      const next = await run.overtake(await store.another());
      expect(await next.log.steps(run.workflowId)).toEqual(new Map(Object.entries(results)));
    });

    test('F5: a step whose append is refused is not stored', async () => {
      await using store = await open();
      const old = await Run.start(store.log);
      await old.append([token('a')], { step: { step: 'one', result: 'by the first' } });
      const next = await old.overtake();
      const late = old.append([token('b')], { step: { step: 'two', result: 'too late' } });
      await expect(late).rejects.toMatchObject({ code: 'attempt_overtaken' });
      expect(await next.log.steps(old.workflowId)).toEqual(new Map([['one', 'by the first']]));
    });

    test('if a step is stored twice, the last result counts', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      await run.append([token('a')], { step: { step: 'one', result: 1 } });
      await run.append([token('b')], { step: { step: 'one', result: 2 } });
      expect(await store.log.steps(run.workflowId)).toEqual(new Map([['one', 2]]));
    });

    test('steps of different workflows are separate', async () => {
      await using store = await open();
      const [a, b] = [await Run.start(store.log), await Run.start(store.log)];
      await a.append([token('a')], { step: { step: 'one', result: 1 } });
      expect(await store.log.steps(b.workflowId)).toEqual(new Map());
    });
  });
}
