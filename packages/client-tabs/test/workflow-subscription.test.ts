import { type EventId, formatEventId } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { WorkflowSubscription } from '../src/host/workflow-subscription.ts';
import { Subscriber, type WorkflowRequest } from '../src/host/subscriber.ts';

const at = (seq: number): EventId => formatEventId({ incarnation: 'aaaa1111', seq });
const note = makeEvent('log:created', { level: 'info', message: 'm' });

function subscriber(request: Partial<WorkflowRequest> = {}) {
  const ids: string[] = [];
  const made = new Subscriber(
    { workflowId: 'wf_0123456789abcdef', after: null, replay: 'events', types: null, ...request },
    { message: (id) => ids.push(id), state: () => {}, ended: () => {}, failed: () => {} },
  );
  return { made, ids };
}

/** A subscription that its first subscriber opened, and others that are behind. */
function subscriptionOf(first: Subscriber, ...others: readonly Subscriber[]) {
  const behind: Subscriber[] = [];
  const subscription = new WorkflowSubscription(first, (late) => behind.push(late));
  first.isLive = true;
  for (const each of [first, ...others]) subscription.subscribers.add(each);
  subscription.openRequest();
  return { subscription, behind };
}

describe('F7: one workflow for many subscribers', () => {
  test('a merged message goes only to subscribers whose cursor is at its start', () => {
    const first = subscriber({ after: at(10) });
    const late = subscriber({ after: at(12) });
    const { subscription } = subscriptionOf(first.made, late.made);
    subscription.accept(at(15), makeToken('11 12 13 14 15 '), 10);
    expect(subscription.join(late.made)).toBe(false);
    // The late subscriber fetched the missing messages and has reached the next message's start.
    late.made.send({ id: at(15), message: makeToken('13 14 15 '), chars: 10 });
    subscription.accept(at(16), note, 10);
    expect(subscription.join(late.made)).toBe(true);
    subscription.accept(at(17), note, 10);
    expect(first.ids).toEqual([at(15), at(16), at(17)]);
    expect(late.ids).toEqual([at(15), at(16), at(17)]);
  });

  test('messages are kept for a limited time: a subscriber further behind has to fetch them', () => {
    const first = subscriber({ after: at(0) });
    const late = subscriber({ after: at(0) });
    const { subscription } = subscriptionOf(first.made, late.made);
    for (let seq = 1; seq <= 400; seq += 1) {
      subscription.accept(at(seq), note, 10);
      first.made.window.acknowledged(1);
    }
    expect(subscription.join(late.made)).toBe(false);
    expect(late.ids).toEqual([]);
  });

  test('before the first message, only subscribers with the same replay are live', () => {
    const first = subscriber({ replay: 'snapshot' });
    const events = subscriber({ replay: 'events' });
    const snapshot = subscriber({ replay: 'snapshot' });
    const { subscription } = subscriptionOf(first.made, events.made, snapshot.made);
    expect([subscription.join(events.made), subscription.join(snapshot.made)]).toEqual([
      false,
      true,
    ]);
  });

  test('a repeated message is skipped, and one without an id goes to all subscribers unchanged', () => {
    const first = subscriber({ after: at(5) });
    const { subscription } = subscriptionOf(first.made);
    for (const id of [at(5), at(6), at(6), at(4), 'nonsense']) subscription.accept(id, note, 10);
    expect(first.ids).toEqual([at(6), 'nonsense']);
    expect(subscription.cursor).toBe(at(6));
  });

  test('a subscriber without room falls behind, and receives nothing out of order', () => {
    const first = subscriber({ after: at(0) });
    const { subscription, behind } = subscriptionOf(first.made);
    for (let seq = 1; seq <= 600; seq += 1) subscription.accept(at(seq), note, 10);
    expect(first.ids.at(-1)).toBe(at(512));
    expect(behind).toEqual([first.made]);
    first.made.window.acknowledged(512);
    expect(subscription.join(first.made)).toBe(true);
    expect(first.ids.slice(-2)).toEqual([at(599), at(600)]);
  });
});

describe('E15: subscribers that want different types', () => {
  test('the request asks for types if all subscribers want the same ones, and for all types otherwise', () => {
    const first = subscriber({ types: ['status', 'token'] });
    const same = subscriber({ types: ['token', 'status'] });
    const { subscription } = subscriptionOf(first.made, same.made);
    expect(subscription.openRequest()).toEqual(['status', 'token']);
    subscription.subscribers.add(subscriber({ types: ['status'] }).made);
    expect(subscription.openRequest()).toBeNull();
    const odd = subscriptionOf(subscriber({ types: ['mood:changed'] }).made);
    expect(odd.subscription.openRequest()).toBeNull();
  });

  test('a subscriber that wants more types than the open request delivers joins only when it is reopened', () => {
    const first = subscriber({ after: at(5), types: ['status'] });
    const all = subscriber({ after: at(5) });
    const { subscription } = subscriptionOf(first.made);
    subscription.subscribers.add(all.made);
    expect([subscription.serves(all.made), subscription.join(all.made)]).toEqual([false, false]);
    subscription.openRequest();
    expect(subscription.join(all.made)).toBe(true);
    subscription.accept(at(6), note, 10);
    expect(all.ids).toEqual([at(6)]);
    expect(first.ids).toEqual([]);
  });
});
