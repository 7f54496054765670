import { workflowIdSchema, decodeEvent } from '@runtape/events';
import { makeEntry, makeEvent, makeToken } from '@runtape/testing';
import { expect, test, vi } from 'vitest';
import { native } from '../src/http/formats/native-format.ts';
import { SseEncoder } from '../src/broadcast/sse-encoder.ts';
import { FormatEncoder } from '../src/http/formats/format-encoder.ts';

const context = { workflowId: workflowIdSchema.parse('wf_0000000000000000'), threadId: null };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test('E4: a frame carries event, data and id', () => {
  const entry = makeEntry(7, makeToken('Hi\nthere'));
  const frame = text(
    new FormatEncoder(native).encode({ kind: 'entries', entries: [entry] }, context),
  );
  expect(frame).toBe(
    `event: token\ndata: ${JSON.stringify({ id: entry.id, ...entry.event })}\nid: ${entry.id}\n\n`,
  );
});

test('A10: an entry is encoded once, however many readers it has', () => {
  const format = new FormatEncoder(native);
  const encode = vi.spyOn(TextEncoder.prototype, 'encode');
  const entry = makeEntry(1, makeToken('shared'));
  const first = format.encode({ kind: 'entries', entries: [entry] }, context);
  const second = format.encode({ kind: 'entries', entries: [entry] }, context);
  expect(second).toBe(first);
  expect(encode).toHaveBeenCalledTimes(1);
  encode.mockRestore();
});

test('F3: a page of history is encoded once for all readers', () => {
  const page = [makeEntry(1, makeToken('a')), makeEntry(2, makeToken('b'))];
  const frames = new FormatEncoder(native);
  const messages = new SseEncoder((id, message) => `${id} ${message.type}\n`);
  for (const encoder of [frames, messages]) {
    const first = encoder.encode({ kind: 'entries', entries: page }, context);
    expect(encoder.encode({ kind: 'entries', entries: page }, context)).toBe(first);
    expect(encoder.encode({ kind: 'entries', entries: [...page] }, context)).toEqual(first);
  }
});

test('several entries are one chunk of the body', () => {
  const format = new FormatEncoder(native);
  const entries = [makeEntry(1, makeToken('a')), makeEntry(2, makeToken('b'))];
  const apart = entries.map((entry) =>
    text(format.encode({ kind: 'entries', entries: [entry] }, context)),
  );
  expect(text(format.encode({ kind: 'entries', entries }, context))).toBe(apart.join(''));
});

test('an event of a newer version is sent under its own type, and cannot break the frame', () => {
  const event = makeEvent('status', { stage: 'x', message: 'y' });
  const unknown = decodeEvent({ ...event, type: 'new\nid: 9', data: 1 });
  const frame = text(
    new FormatEncoder(native).encode(
      { kind: 'entries', entries: [makeEntry(3, unknown)] },
      context,
    ),
  );
  expect(frame.split('\n').filter((line) => line.startsWith('id:'))).toHaveLength(1);
  expect(frame).toContain('event: new id: 9\n');
});
