import { makeEvent, TestLog } from '@runtape/testing';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { describe, expect, test } from 'vitest';
import { makeMessageEncoders } from '../src/broadcast/json-encoder.ts';

const event = makeEvent('status', { stage: 'working', message: 'the same for both' });

describe('F7 C4: events serialized once for all readers', () => {
  test('F7: equal events of two workflows are each sent with their own workflow id', async () => {
    const log = createMemoryEventLog();
    const [one, two] = [await TestLog.create(log), await TestLog.create(log)];
    const { multiplexedJson, threadJson } = makeMessageEncoders();
    for (const json of [multiplexedJson, threadJson]) {
      for (const testLog of [one, two, one]) {
        const sent: unknown = JSON.parse(json.of(testLog.workflowId, testLog.idOf(1), event));
        expect(sent).toMatchObject({ workflowId: testLog.workflowId, id: testLog.idOf(1) });
      }
    }
  });

  test('A1: an event that a log lost, and stored again in another incarnation, is sent with its new id', async () => {
    const log = createMemoryEventLog();
    const testLog = await TestLog.create(log);
    const { multiplexedJson, threadJson } = makeMessageEncoders();
    for (const json of [multiplexedJson, threadJson]) {
      for (const id of [testLog.idOf(1), testLog.idOf(2)]) {
        expect(JSON.parse(json.of(testLog.workflowId, id, event))).toMatchObject({ id });
      }
    }
  });
});
