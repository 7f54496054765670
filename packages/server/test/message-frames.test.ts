import { makeEvent, Tape } from '@runtape/testing';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { describe, expect, test } from 'vitest';
import { makeMessageWriters } from '../src/read/streams/message-json.ts';

const event = makeEvent('status', { stage: 'working', message: 'the same for both' });

describe('F7 C4: events serialized once for all readers', () => {
  test('F7: equal events of two workflows are each sent with their own workflow id', async () => {
    const log = createMemoryEventLog();
    const [one, two] = [await Tape.create(log), await Tape.create(log)];
    const { shared, members } = makeMessageWriters();
    for (const json of [shared, members]) {
      for (const tape of [one, two, one]) {
        const told: unknown = JSON.parse(json.of(tape.workflowId, tape.idOf(1), event));
        expect(told).toMatchObject({ workflowId: tape.workflowId, id: tape.idOf(1) });
      }
    }
  });

  test('A1: an event that a log lost, and stored again in another incarnation, is sent with its new id', async () => {
    const log = createMemoryEventLog();
    const tape = await Tape.create(log);
    const { shared, members } = makeMessageWriters();
    for (const json of [shared, members]) {
      for (const id of [tape.idOf(1), tape.idOf(2)]) {
        expect(JSON.parse(json.of(tape.workflowId, id, event))).toMatchObject({ id });
      }
    }
  });
});
