import { seqConflict, unknownWorkflow } from '@runtape/event-log';
import { expect, test } from 'vitest';
import { AppendsInOrder } from '../src/append.ts';
import { newWorkflow, token } from './workflows.ts';

const { workflowId } = newWorkflow();
const append = (after: number) => ({ attempt: 1, after, events: [token(`${after}`)] });

/**
 * A store that delays the first append until `arrive`, and refuses appends that are ahead of it.
 */
function heldUpStore() {
  let tail = 0;
  const held = Promise.withResolvers<void>();
  const sent: number[] = [];
  const take = (after: number) => {
    sent.push(after);
    if (after !== tail) throw seqConflict(workflowId, after, tail);
    tail += 1;
    return { tail };
  };
  const send = async (after: number) => {
    if (after === 0) await held.promise;
    return take(after);
  };
  return { send, sent, arrive: held.resolve, fail: held.reject };
}

test('F1: appends that overtook the one they build on are sent again after it, in order', async () => {
  const appends = new AppendsInOrder();
  const store = heldUpStore();
  const results = Promise.all(
    [0, 1, 2].map((after) => appends.run(workflowId, append(after), () => store.send(after))),
  );
  store.arrive();
  expect(await results).toEqual([{ tail: 1 }, { tail: 2 }, { tail: 3 }]);
  expect(store.sent).toEqual([1, 2, 0, 1, 2]);
});

test('appends that build on a failed one are refused', async () => {
  const appends = new AppendsInOrder();
  const store = heldUpStore();
  const results = Promise.allSettled(
    [0, 1, 2].map((after) => appends.run(workflowId, append(after), () => store.send(after))),
  );
  const reason = unknownWorkflow(workflowId);
  store.fail(reason);
  expect(await results).toMatchObject([
    { status: 'rejected', reason },
    { status: 'rejected', reason: { code: 'seq_conflict', tail: 0 } },
    { status: 'rejected', reason: { code: 'seq_conflict', tail: 0 } },
  ]);
  expect(store.sent).toEqual([1, 2]);
});

test('an append that is behind the log is refused, whatever was sent before', async () => {
  const appends = new AppendsInOrder();
  const outcomes = await Promise.allSettled([
    appends.run(workflowId, append(4), async () => ({ tail: 5 })),
    appends.run(workflowId, append(5), async () => {
      throw seqConflict(workflowId, 5, 9);
    }),
  ]);
  expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { tail: 9 } }]);
});
