import { createMemoryEventLog, MemoryStore } from '@runtape/event-log/memory';
import { makeToken, TestLog } from '@runtape/testing';
import { expect, test } from 'vitest';
import { recordReads } from './record-reads.ts';
import { startApi } from './start-api.ts';

const LEASE_MS = 60_000;

/** @returns a log, and a function that drops all but two of its entries and writes five others */
async function replaceTail() {
  const store = new MemoryStore();
  const log = createMemoryEventLog({ store });
  const testLog = await TestLog.create(log);
  const { workflowId } = testLog;
  await testLog.append(...['a', 'b'].map((text) => makeToken(text)));
  const lose = store.mark();
  await testLog.append(...['c', 'd', 'e'].map((text) => makeToken(text)));
  const writeOther = async (): Promise<void> => {
    lose();
    await log.release(workflowId, { attempt: 1 });
    const { attempt, record } = await log.begin(workflowId, { leaseMs: LEASE_MS });
    const events = ['v', 'w', 'x', 'y', 'z'].map((text) => makeToken(text));
    await log.append(workflowId, { attempt, after: record.tail, events });
  };
  return { log, testLog, writeOther };
}

test('F2: a cursor into the lost part, even if the log is longer again, is answered with a reset and never spliced', async () => {
  const { log, testLog, writeOther } = await replaceTail();
  await writeOther();
  await using api = startApi({ log });
  const { events, next } = await api.caller.workflow.events({
    workflowId: testLog.workflowId,
    after: testLog.idOf(4),
  });
  expect(events).toMatchObject([{ type: 'reset', data: { reason: 'other_incarnation' } }]);
  const [reset] = events;
  const draft = reset?.type === 'reset' ? reset.data.snapshot.parts : [];
  expect(JSON.stringify(draft)).toContain('abvwxyz');
  expect(next).toBe((await log.read(testLog.workflowId, { after: 6, limit: 1 })).entries[0]?.id);
});

test('F2: even if the log continues differently between two reads of one request', async () => {
  const { log, testLog, writeOther } = await replaceTail();
  const { delays } = recordReads(log);
  delays.before = async () => {
    delays.before = async () => undefined;
    await writeOther();
  };
  await using api = startApi({ log });
  const { events } = await api.caller.workflow.events({
    workflowId: testLog.workflowId,
    after: testLog.idOf(4),
  });
  expect(events).toMatchObject([{ type: 'reset', data: { reason: 'other_incarnation' } }]);
});
