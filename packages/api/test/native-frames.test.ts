import { makeEntry, makeEvent, makeToken } from '@runtape/testing';
import { expect, test, vi } from 'vitest';
import { NativeFrames } from '../src/sse/native-frames.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('E4: a frame carries event, data and id', () => {
  const entry = makeEntry(7, makeToken('Hi\nthere'));
  const frame = text(new NativeFrames().encode({ kind: 'entries', entries: [entry] }));
  expect(frame).toBe(
    `event: token\ndata: ${JSON.stringify({ id: entry.id, ...entry.event })}\nid: ${entry.id}\n\n`,
  );
});

test('A10: an entry is encoded once, however many readers it has', () => {
  const format = new NativeFrames();
  const encode = vi.spyOn(TextEncoder.prototype, 'encode');
  const entry = makeEntry(1, makeToken('shared'));
  const first = format.encode({ kind: 'entries', entries: [entry] });
  const second = format.encode({ kind: 'entries', entries: [entry] });
  expect(second).toBe(first);
  expect(encode).toHaveBeenCalledTimes(1);
  encode.mockRestore();
});

test('several entries are one piece of the body', () => {
  const format = new NativeFrames();
  const entries = [makeEntry(1, makeToken('a')), makeEntry(2, makeToken('b'))];
  const apart = entries.map((entry) => text(format.encode({ kind: 'entries', entries: [entry] })));
  expect(text(format.encode({ kind: 'entries', entries }))).toBe(apart.join(''));
});

test('an event of a newer version goes out under its own type, and cannot break the frame', () => {
  const event = makeEvent('status', { stage: 'x', message: 'y' });
  const unknown = { ...event, type: 'unknown', data: { type: 'new\nid: 9', data: 1 } } as const;
  const frame = text(
    new NativeFrames().encode({ kind: 'entries', entries: [makeEntry(3, unknown)] }),
  );
  expect(frame.split('\n').filter((line) => line.startsWith('id:'))).toHaveLength(1);
  expect(frame).toContain('event: new id: 9\n');
});
