import { type EventId, formatEventId } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { WorkflowSubscription } from '../src/host/workflow-subscription.ts';
import { Subscriber, type WorkflowRequest } from '../src/host/subscriber.ts';
import { SubscriptionSet } from '../src/host/subscription-set.ts';
import { StreamRequest } from '../src/host/stream-request.ts';
import { ThreadSubscription } from '../src/host/thread-subscription.ts';

const WORKFLOW = 'wf_0123456789abcdef';
const at = (seq: number): EventId => formatEventId({ incarnation: 'aaaa1111', seq });
const frame = (event: string, body: object) => ({ event, data: JSON.stringify(body) });
const token = (seq: number) =>
  frame('message', { workflowId: WORKFLOW, id: at(seq), message: makeToken(`${seq} `) });

/** A listener that records the messages it receives. */
function listener() {
  const ids: string[] = [];
  const ends: string[] = [];
  return {
    ids,
    ends,
    message: (id: string) => void ids.push(id),
    state: () => {},
    ended: () => void ends.push('ended'),
    failed: ({ code }: { code: string }) => void ends.push(code),
  };
}

function subscribe(subscriptions: SubscriptionSet, request: Partial<WorkflowRequest> = {}) {
  const to = listener();
  const defaults = { workflowId: WORKFLOW, after: null, replay: 'events', types: null } as const;
  const subscriber = new Subscriber({ ...defaults, ...request }, to);
  const subscription = new WorkflowSubscription(subscriber, () => {});
  subscription.subscribers.add(subscriber);
  subscriber.isLive = true;
  subscriptions.workflows.set(WORKFLOW, subscription);
  return to;
}

function threadIn(subscriptions: SubscriptionSet, name: string) {
  const to = listener();
  let behind = 0;
  const thread = new ThreadSubscription({
    name,
    threadId: 'talk-1',
    after: null,
    listener: to,
    onBehind: () => (behind += 1),
  });
  subscriptions.threads.add(thread);
  return { thread, to, behind: () => behind };
}

const item = (subscription: string, cursor: string) =>
  frame('message', { subscription, cursor, workflowId: WORKFLOW, id: at(1), message: {} });

describe('F7 F1: the messages of a request go only to the subscriptions that were part of it', () => {
  test('a later subscription to a workflow receives nothing of the previous request: neither its messages nor its end', () => {
    const subscriptions = new SubscriptionSet();
    const first = subscribe(subscriptions, { after: at(100) });
    const before = new StreamRequest(subscriptions);
    before.accept(token(101));
    const second = subscribe(subscriptions);
    before.accept(token(105));
    before.accept(frame('ended', { workflowId: WORKFLOW }));
    before.accept(frame('refused', { workflowId: WORKFLOW, error: { code: 'unauthorized' } }));
    expect([second.ids, second.ends]).toEqual([[], []]);
    const next = new StreamRequest(subscriptions);
    expect(next.body.streams).toEqual([{ workflowId: WORKFLOW, after: null, replay: 'events' }]);
    next.accept(token(1));
    expect([first.ids[0], second.ids]).toEqual([at(101), [at(1)]]);
  });

  test('a thread that fell behind receives nothing more of that request, even once it has caught up', () => {
    const subscriptions = new SubscriptionSet();
    const { thread, to, behind } = threadIn(subscriptions, '1');
    const before = new StreamRequest(subscriptions);
    const [part] = before.body.threads;
    const name = part?.subscription ?? '';
    while (behind() === 0) before.accept(item(name, `c${to.ids.length}`));
    const sent = to.ids.length;
    thread.window.acknowledged(sent);
    thread.caughtUp();
    // This message follows messages that were dropped while the thread was behind.
    before.accept(item(name, 'late'));
    before.accept(frame('refused', { subscription: name, error: { code: 'not_your_thread' } }));
    expect([to.ids.length, to.ends]).toEqual([sent, []]);
    const next = new StreamRequest(subscriptions);
    const [again] = next.body.threads;
    expect(again).toEqual({ threadId: 'talk-1', after: `c${sent - 1}`, subscription: '1.2' });
    next.accept(item('1.2', 'next'));
    expect(to.ids.at(-1)).toBe('next');
  });

  test('an unreadable frame is reported to every subscription of the request', () => {
    const subscriptions = new SubscriptionSet();
    const { to } = threadIn(subscriptions, '1');
    const workflow = subscribe(subscriptions);
    const request = new StreamRequest(subscriptions);
    const late = threadIn(subscriptions, '2');
    request.accept({ event: 'message', data: '{"workflowId":' });
    expect([to.ids, workflow.ids, late.to.ids]).toEqual([[''], [''], []]);
  });
});

test('F7 E15: messages that arrived while only some types were requested are not sent to a subscriber to all types', () => {
  const wanted = listener();
  const some = new Subscriber(
    { workflowId: WORKFLOW, after: at(0), replay: 'events', types: ['log:created'] },
    listener(),
  );
  const all = new Subscriber(
    { workflowId: WORKFLOW, after: at(0), replay: 'events', types: null },
    wanted,
  );
  const subscription = new WorkflowSubscription(some, () => {});
  subscription.subscribers.add(some);
  some.isLive = true;
  subscription.openRequest();
  subscription.subscribers.add(all);
  // The server left out 1 to 4.
  subscription.accept(at(5), makeEvent('log:created', { level: 'info', message: 'm' }), 10);
  subscription.openRequest();
  expect(subscription.join(all)).toBe(false);
  expect(wanted.ids).toEqual([]);
});
