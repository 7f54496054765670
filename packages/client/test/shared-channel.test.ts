import { type EventId, formatEventId } from '@runtape/events';
import { makeEvent, makeToken } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { Channel } from '../src/shared/channel.ts';
import { Follower, type FollowRequest } from '../src/shared/follower.ts';

const at = (seq: number): EventId => formatEventId({ incarnation: 'aaaa1111', seq });
const note = makeEvent('log:created', { level: 'info', message: 'm' });

function follower(request: Partial<FollowRequest> = {}) {
  const ids: string[] = [];
  const made = new Follower(
    { workflowId: 'wf_0123456789abcdef', after: null, replay: 'events', types: null, ...request },
    { message: (id) => ids.push(id), state: () => {}, ended: () => {}, failed: () => {} },
  );
  return { made, ids };
}

/** A channel as the hub opens it for its first follower, and others who are behind. */
function channelOf(first: Follower, ...others: readonly Follower[]) {
  const behind: Follower[] = [];
  const channel = new Channel(first, (late) => behind.push(late));
  first.isJoined = true;
  for (const each of [first, ...others]) channel.followers.add(each);
  channel.openOnWire();
  return { channel, behind };
}

describe('F7: one workflow for many followers', () => {
  test('a message that stands for several goes only to who stands where it begins', () => {
    const first = follower({ after: at(10) });
    const late = follower({ after: at(12) });
    const { channel } = channelOf(first.made, late.made);
    channel.take(at(15), makeToken('11 12 13 14 15 '), 10);
    expect(channel.join(late.made)).toBe(false);
    // It asked for what is missing, and comes to where the next one begins.
    late.made.send({ id: at(15), message: makeToken('13 14 15 '), chars: 10 });
    channel.take(at(16), note, 10);
    expect(channel.join(late.made)).toBe(true);
    channel.take(at(17), note, 10);
    expect(first.ids).toEqual([at(15), at(16), at(17)]);
    expect(late.ids).toEqual([at(15), at(16), at(17)]);
  });

  test('what passed too long ago is not kept: who is behind that asks', () => {
    const first = follower({ after: at(0) });
    const late = follower({ after: at(0) });
    const { channel } = channelOf(first.made, late.made);
    for (let seq = 1; seq <= 400; seq += 1) {
      channel.take(at(seq), note, 10);
      first.made.taken(1);
    }
    expect(channel.join(late.made)).toBe(false);
    expect(late.ids).toEqual([]);
  });

  test('before the first message it matters how the past is to come', () => {
    const first = follower({ replay: 'snapshot' });
    const events = follower({ replay: 'events' });
    const snapshot = follower({ replay: 'snapshot' });
    const { channel } = channelOf(first.made, events.made, snapshot.made);
    expect([channel.join(events.made), channel.join(snapshot.made)]).toEqual([false, true]);
  });

  test('what comes a second time is left out, and what has no id goes to all as it is', () => {
    const first = follower({ after: at(5) });
    const { channel } = channelOf(first.made);
    for (const id of [at(5), at(6), at(6), at(4), 'nonsense']) channel.take(id, note, 10);
    expect(first.ids).toEqual([at(6), 'nonsense']);
    expect(channel.cursor).toBe(at(6));
  });

  test('who has no room is behind, and gets nothing that comes later before that', () => {
    const first = follower({ after: at(0) });
    const { channel, behind } = channelOf(first.made);
    for (let seq = 1; seq <= 600; seq += 1) channel.take(at(seq), note, 10);
    expect(first.ids.at(-1)).toBe(at(512));
    expect(behind).toEqual([first.made]);
    first.made.taken(512);
    expect(channel.join(first.made)).toBe(true);
    expect(first.ids.slice(-2)).toEqual([at(599), at(600)]);
  });
});

describe('E15: followers who want other types', () => {
  test('the request asks for types when all want the same, and for all otherwise', () => {
    const first = follower({ types: ['status', 'token'] });
    const same = follower({ types: ['token', 'status'] });
    const { channel } = channelOf(first.made, same.made);
    expect(channel.openOnWire()).toEqual(['status', 'token']);
    channel.followers.add(follower({ types: ['status'] }).made);
    expect(channel.openOnWire()).toBeNull();
    const odd = channelOf(follower({ types: ['mood'] }).made);
    expect(odd.channel.openOnWire()).toBeNull();
  });

  test('who wants more than the open request brings falls in only when it was opened again', () => {
    const first = follower({ after: at(5), types: ['status'] });
    const all = follower({ after: at(5) });
    const { channel } = channelOf(first.made);
    channel.followers.add(all.made);
    expect([channel.carries(all.made), channel.join(all.made)]).toEqual([false, false]);
    channel.openOnWire();
    expect(channel.join(all.made)).toBe(true);
    channel.take(at(6), note, 10);
    expect(all.ids).toEqual([at(6)]);
    expect(first.ids).toEqual([]);
  });
});
