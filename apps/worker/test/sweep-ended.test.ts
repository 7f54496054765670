import { createMemoryEventLog } from '@runtape/event-log/memory';
import { workflowIdSchema } from '@runtape/events';
import { expect, test, vi } from 'vitest';
import { sweepEnded } from '../src/sweep-ended.ts';

const DAY_MS = 86_400_000;

test('A4: workflows that ended longer ago than they are kept are removed, others stay', async () => {
  let now = Date.UTC(2026, 0, 1);
  await using log = createMemoryEventLog({ now: () => now });
  const end = async (name: string): Promise<void> => {
    const workflowId = workflowIdSchema.parse(name);
    await log.create({
      workflowId,
      workflow: 'test',
      input: null,
      summary: { title: 't', target: 't' },
    });
    const { attempt } = await log.begin(workflowId, { leaseMs: 1000 });
    const timestamp = new Date(now).toISOString();
    const event = { type: 'workflow:cancelled', data: { durationMs: 1 }, timestamp } as const;
    await log.append(workflowId, { attempt, after: 0, events: [event] });
  };
  await end('wf_old0000000000000');
  now += 5 * DAY_MS;
  await end('wf_young00000000000');
  now += 3 * DAY_MS;

  const stop = new AbortController();
  const onError = vi.fn<(error: unknown) => void>();
  const sweeping = sweepEnded({
    log,
    retentionDays: 7,
    now: () => now,
    signal: stop.signal,
    onError,
  });
  await vi.waitFor(async () => {
    const { workflows } = await log.list({ limit: 10 });
    expect(workflows.map(({ workflowId }) => workflowId)).toEqual(['wf_young00000000000']);
  });
  stop.abort();
  await sweeping;
  expect(onError).not.toHaveBeenCalled();
});
