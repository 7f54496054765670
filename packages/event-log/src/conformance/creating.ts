import { describe, expect, test } from 'vitest';
import { EventLogError } from '../errors.ts';
import { recordOf, Run } from './harness.ts';
import { newWorkflow, newWorkflowId, token } from './example-events.ts';
import type { OpenStore } from './conformance-store.ts';

const anyNumber: unknown = expect.any(Number);
const anyIncarnation: unknown = expect.stringMatching(/^[0-9a-z]{8}$/);

export function testCreating(open: OpenStore): void {
  describe('creating a workflow', () => {
    test('gives it an empty log that is visible through every handle', async () => {
      await using store = await open();
      const workflow = newWorkflow({ threadId: 'thread-1', owner: 'user|1 {ä} "🔑"' });
      const { record, created } = await store.log.create(workflow);
      expect(created).toBe(true);
      const { idempotencyKey: _, input, ...expected } = workflow;
      expect(record).toEqual({
        ...expected,
        incarnation: anyIncarnation,
        ownerSeesAll: false,
        status: 'queued',
        attempt: 0,
        leaseUntil: null,
        first: 1,
        tail: 0,
        createdAt: anyNumber,
        endedAt: null,
      });
      const other = await store.another();
      expect(await other.get(workflow.workflowId)).toEqual(record);
      expect(await other.input(workflow.workflowId)).toEqual(input);
      expect(await other.read(workflow.workflowId, { after: 0, limit: 10 })).toEqual({
        entries: [],
        record,
      });
    });

    test('K2: stores whether its owner could see the workflows of all users', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow({ owner: 'root', ownerSeesAll: true }));
      expect(record.ownerSeesAll).toBe(true);
      expect(await (await store.another()).get(record.workflowId)).toEqual(record);
      expect((await store.log.list({ limit: 1 })).workflows).toEqual([record]);
    });

    test('without a thread or an owner, stores neither', async () => {
      await using store = await open();
      const { record } = await store.log.create(newWorkflow());
      expect(record).toMatchObject({ threadId: null, owner: null });
      expect(await (await store.another()).get(record.workflowId)).toEqual(record);
    });

    test('F5: starting twice with one idempotency key gives one workflow', async () => {
      await using store = await open();
      const first = newWorkflow({ idempotencyKey: 'user 1: 🔑' });
      const again = { ...first, workflowId: newWorkflowId() };
      const { record } = await store.log.create(first);
      expect(await store.log.create(first)).toEqual({ record, created: false });
      expect(await (await store.another()).create(again)).toEqual({ record, created: false });
      expect(await store.log.get(again.workflowId)).toBeNull();
    });

    test('F5: a repeated start returns the current record', async () => {
      await using store = await open();
      const workflow = newWorkflow({ idempotencyKey: 'key' });
      await store.log.create(workflow);
      const run = await Run.begin(store.log, workflow.workflowId);
      await run.end();
      const { record, created } = await store.log.create(workflow);
      expect(created).toBe(false);
      expect(record).toMatchObject({ status: 'completed', attempt: 1, tail: 1 });
    });

    test('F5: two handles that start concurrently with one key get one workflow', async () => {
      await using store = await open();
      const other = await store.another();
      const idempotencyKey = 'key';
      const [a, b] = await Promise.all([
        store.log.create(newWorkflow({ idempotencyKey })),
        other.create(newWorkflow({ idempotencyKey })),
      ]);
      expect(a.record.workflowId).toBe(b.record.workflowId);
      expect(a.created).toBe(!b.created);
      expect((await store.log.list({ limit: 10 })).workflows).toHaveLength(1);
    });

    test('inputs that differ only in the order of their keys count as equal', async () => {
      await using store = await open();
      const idempotencyKey = 'key';
      await store.log.create(newWorkflow({ idempotencyKey, input: { a: 1, b: [{ c: 2, d: 3 }] } }));
      const { created } = await store.log.create(
        newWorkflow({ idempotencyKey, input: { b: [{ d: 3, c: 2 }], a: 1 } }),
      );
      expect(created).toBe(false);
    });

    test.for([
      ['another input', { input: { target: 'else' } }],
      ['another definition', { workflow: 'reviewText' }],
    ] as const)('a key that was already used with %s is refused', async ([, differing]) => {
      await using store = await open();
      const first = newWorkflow({ idempotencyKey: 'key' });
      await store.log.create(first);
      const other = { ...first, ...differing, workflowId: newWorkflowId() };
      const { workflowId } = first;
      const refusal = { code: 'idempotency_conflict', workflowId };
      await expect(store.log.create(other)).rejects.toMatchObject(refusal);
      expect(await store.log.get(other.workflowId)).toBeNull();
    });

    test.for([undefined, 'another key'])(
      'an id that is already in use is refused (key: %s)',
      async (key) => {
        await using store = await open();
        const workflow = newWorkflow({ idempotencyKey: 'key' });
        const { record } = await store.log.create(workflow);
        const second = { ...workflow, workflow: 'reviewText', idempotencyKey: key };
        await expect(store.log.create(second)).rejects.toMatchObject({ code: 'workflow_exists' });
        expect(await store.log.get(workflow.workflowId)).toEqual(record);
        // The key of the refused start stays unused.
        if (key === undefined) return;
        const third = await store.log.create(newWorkflow({ idempotencyKey: key }));
        expect(third.created).toBe(true);
      },
    );

    test('without a key every start is a new workflow', async () => {
      await using store = await open();
      const a = await store.log.create(newWorkflow());
      const b = await store.log.create(newWorkflow());
      expect(a.created && b.created).toBe(true);
      expect(a.record.incarnation).not.toBe(b.record.incarnation);
    });

    test('E9: every call with the id of an unknown workflow is refused', async () => {
      await using store = await open();
      const { log } = store;
      const id = newWorkflowId();
      const { signal } = new AbortController();
      const watcher = { entries() {}, resync() {} };
      expect(await log.get(id)).toBeNull();
      const operations = {
        begin: log.begin(id, { leaseMs: 1000 }),
        renew: log.renew(id, { attempt: 1, leaseMs: 1000 }),
        release: log.release(id, { attempt: 1 }),
        append: log.append(id, { attempt: 1, after: 0, events: [token('a')] }),
        read: log.read(id, { after: 0, limit: 1 }),
        watch: log.watch(id, watcher, signal),
        steps: log.steps(id),
        command: log.command(id, { type: 'cancel' }),
        commands: log.commands(id, { after: 0 }),
        watchCommands: log.watchCommands(id, () => {}, signal),
      };
      const outcomes = await Promise.all(
        Object.entries(operations).map(async ([name, operation]) => [
          name,
          await operation.catch((error: unknown) => error),
        ]),
      );
      for (const [, error] of outcomes) expect(error).toBeInstanceOf(EventLogError);
      const refusal: unknown = { code: 'unknown_workflow', workflowId: id };
      expect(Object.fromEntries(outcomes)).toMatchObject(
        Object.fromEntries(Object.keys(operations).map((name) => [name, refusal])),
      );
    });

    test('the record that a caller received never changes', async () => {
      await using store = await open();
      const run = await Run.start(store.log);
      const before = await recordOf(store.log, run.workflowId);
      await run.appendTokens('text');
      expect(before.tail).toBe(0);
    });
  });
}
