import { type EventId, formatEventId } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { Channel } from '../src/shared/channel.ts';
import { Follower, type FollowRequest } from '../src/shared/follower.ts';
import { Lines } from '../src/shared/lines.ts';
import { RequestParts } from '../src/shared/request-parts.ts';
import { ThreadSeat } from '../src/shared/thread-seat.ts';

const WORKFLOW = 'wf_0123456789abcdef';
const at = (seq: number): EventId => formatEventId({ incarnation: 'aaaa1111', seq });
const frame = (event: string, body: object) => ({ event, data: JSON.stringify(body) });
const token = (seq: number) =>
  frame('message', { workflowId: WORKFLOW, id: at(seq), message: makeToken(`${seq} `) });

/** What somebody who follows was sent. */
function sink() {
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

function followAnew(lines: Lines, request: Partial<FollowRequest> = {}) {
  const to = sink();
  const asked = { workflowId: WORKFLOW, after: null, replay: 'events', types: null } as const;
  const follower = new Follower({ ...asked, ...request }, to);
  const channel = new Channel(follower, () => {});
  channel.followers.add(follower);
  follower.isJoined = true;
  lines.channels.set(WORKFLOW, channel);
  return to;
}

function seatIn(lines: Lines, name: string) {
  const to = sink();
  let behind = 0;
  const seat = new ThreadSeat({
    name,
    threadId: 'talk-1',
    after: null,
    sink: to,
    onBehind: () => (behind += 1),
  });
  lines.seats.add(seat);
  return { seat, to, behind: () => behind };
}

const item = (subscription: string, cursor: string) =>
  frame('message', { subscription, cursor, workflowId: WORKFLOW, id: at(1), message: {} });

describe('F7 F1: what comes over a request is for those who asked in it', () => {
  test('who follows a workflow anew takes nothing of the request before: not its messages, and not its end', () => {
    const lines = new Lines();
    const first = followAnew(lines, { after: at(100) });
    const before = new RequestParts(lines);
    before.take(token(101));
    const anew = followAnew(lines);
    before.take(token(105));
    before.take(frame('ended', { workflowId: WORKFLOW }));
    before.take(frame('refused', { workflowId: WORKFLOW, error: { code: 'unauthorized' } }));
    expect([anew.ids, anew.ends]).toEqual([[], []]);
    const next = new RequestParts(lines);
    expect(next.body.streams).toEqual([{ workflowId: WORKFLOW, after: null, replay: 'events' }]);
    next.take(token(1));
    expect([first.ids[0], anew.ids]).toEqual([at(101), [at(1)]]);
  });

  test('who fell behind in a thread takes nothing of that request any more, also once it has caught up', () => {
    const lines = new Lines();
    const { seat, to, behind } = seatIn(lines, '1');
    const before = new RequestParts(lines);
    const [asked] = before.body.threads;
    const name = asked?.subscription ?? '';
    while (behind() === 0) before.take(item(name, `c${to.ids.length}`));
    const sent = to.ids.length;
    seat.window.taken(sent);
    seat.caughtUp();
    // It came after what was left out while the thread was behind.
    before.take(item(name, 'late'));
    before.take(frame('refused', { subscription: name, error: { code: 'not_your_thread' } }));
    expect([to.ids.length, to.ends]).toEqual([sent, []]);
    const next = new RequestParts(lines);
    const [again] = next.body.threads;
    expect(again).toEqual({ threadId: 'talk-1', after: `c${sent - 1}`, subscription: '1.2' });
    next.take(item('1.2', 'next'));
    expect(to.ids.at(-1)).toBe('next');
  });

  test('what cannot be read is told to those who asked', () => {
    const lines = new Lines();
    const { to } = seatIn(lines, '1');
    const workflow = followAnew(lines);
    const parts = new RequestParts(lines);
    const late = seatIn(lines, '2');
    parts.take({ event: 'message', data: '{"workflowId":' });
    expect([to.ids, workflow.ids, late.to.ids]).toEqual([[''], [''], []]);
  });
});

test('F7 E15: what passed while only some types were asked for is not handed to who wants all', () => {
  const wanted = sink();
  const some = new Follower(
    { workflowId: WORKFLOW, after: at(0), replay: 'events', types: ['log:created'] },
    sink(),
  );
  const all = new Follower(
    { workflowId: WORKFLOW, after: at(0), replay: 'events', types: null },
    wanted,
  );
  const channel = new Channel(some, () => {});
  channel.followers.add(some);
  some.isJoined = true;
  channel.openOnWire();
  channel.followers.add(all);
  // 1 to 4 were left out by the server.
  channel.take(at(5), makeEvent('log:created', { level: 'info', message: 'm' }), 10);
  channel.openOnWire();
  expect(channel.join(all)).toBe(false);
  expect(wanted.ids).toEqual([]);
});
