import { join } from 'node:path';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { expect, test } from 'vitest';
import { newWorkflow } from './fixtures/samples.ts';
import { temporaryFolder } from './temporary-folder.ts';

const leaseMs = 8_000;
const HOUR = 3_600_000;

/** A machine with two clocks, and processes on it that share a file. */
async function startMachine() {
  const folder = await temporaryFolder();
  const time = { wall: Date.parse('2026-03-04T05:06:07.000Z'), machine: 1_000_000, boots: 1 };
  const stack = new AsyncDisposableStack();
  stack.use(folder);
  return {
    pass: (ms: number): void => {
      time.wall += ms;
      time.machine += ms;
    },
    /** Restarts the machine: its boot clock starts again, the system clock continues. */
    reboot: (): void => {
      time.machine = 5;
      time.boots += 1;
    },
    /** @param aheadMs how far the system clock of this process is ahead. */
    process: async (aheadMs = 0) =>
      stack.use(
        await openSqliteEventLog({
          file: join(folder.path, 'log.db'),
          now: () => time.wall + aheadMs,
          machine: { now: () => time.machine, boot: `boot ${time.boots}` },
        }),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

test.each([
  ['ahead', HOUR],
  ['behind', -HOUR],
])(
  'F5: a lease has its full length, although the clock of its holder is %s',
  async (_, aheadMs) => {
    await using machine = await startMachine();
    const holder = await machine.process(aheadMs);
    const other = await machine.process();
    const { workflowId } = (await holder.create(newWorkflow())).record;
    await holder.begin(workflowId, { leaseMs });
    machine.pass(leaseMs - 1);
    await expect(other.begin(workflowId, { leaseMs })).rejects.toMatchObject({
      code: 'attempt_alive',
    });
    await holder.renew(workflowId, { attempt: 1, leaseMs });
    machine.pass(leaseMs - 1);
    expect((await other.orphaned({ limit: 10 })).workflows).toEqual([]);
    machine.pass(1);
    expect((await other.orphaned({ limit: 10 })).workflows).toHaveLength(1);
    expect(await other.begin(workflowId, { leaseMs })).toMatchObject({ attempt: 2 });
  },
);

test("F5: nor does a jump of the reader's clock shorten it", async () => {
  await using machine = await startMachine();
  const holder = await machine.process();
  const ahead = await machine.process(HOUR);
  const { workflowId } = (await holder.create(newWorkflow())).record;
  await holder.begin(workflowId, { leaseMs });
  expect((await ahead.orphaned({ limit: 10 })).workflows).toEqual([]);
  await expect(ahead.begin(workflowId, { leaseMs })).rejects.toMatchObject({
    code: 'attempt_alive',
  });
});

test('F5: attempts from before a reboot of the machine count as dead', async () => {
  await using machine = await startMachine();
  const before = await machine.process();
  const { record } = await before.create(newWorkflow());
  await before.begin(record.workflowId, { leaseMs });
  machine.reboot();
  const after = await machine.process();
  expect((await after.orphaned({ limit: 10 })).workflows).toHaveLength(1);
  const begun = await after.begin(record.workflowId, { leaseMs });
  expect(begun.attempt).toBe(2);
  // Data that was not on disk may be lost, and a reader may have seen it.
  expect(begun.record.incarnation).not.toBe(record.incarnation);
});
