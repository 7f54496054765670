import { createMemoryEventLog } from '@runtape/event-log/memory';
import { expect, test, vi } from 'vitest';
import { startSweep } from '../src/sweep-ended.ts';
import { endedWorkflow, idsIn } from './ended-workflow.ts';

const DAY_MS = 86_400_000;

test('A4: workflows that ended longer ago than they are kept are removed, others stay', async () => {
  let now = Date.UTC(2026, 0, 1);
  await using log = createMemoryEventLog({ now: () => now });
  await endedWorkflow(log, 'wf_old0000000000000');
  now += 5 * DAY_MS;
  const young = await endedWorkflow(log, 'wf_young00000000000');
  now += 3 * DAY_MS;
  const onError = vi.fn<(error: unknown) => void>();
  const sweep = startSweep({ log, retentionDays: 7, now: () => now, onError });
  await vi.waitFor(async () => expect(await idsIn(log)).toEqual([young]));
  await sweep.stop();
  expect(onError).not.toHaveBeenCalled();
});
