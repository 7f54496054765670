import { newIncarnation } from '@runtape/event-log';
import type { EmittedEvent } from '@runtape/events';
import { appendDirect } from '../lifecycle/append-direct.ts';
import { type AttemptEnd, unfinished } from '../lifecycle/attempt-end.ts';
import type { AttemptExecutionOptions } from './attempt-execution.ts';
import { CLEAN_UP_MS, cleanUp } from './clean-up.ts';

/**
 * Fails a workflow whose log lost more than its attempt could write again. Uses a new incarnation,
 * because clients may have seen other events under the seqs written now.
 * @returns `undefined` when that could not be stored; the next worker then continues.
 */
export async function failAfterDataLoss(
  end: AttemptEnd,
  options: AttemptExecutionOptions,
): Promise<AttemptEnd | undefined> {
  const { log, attempt: begun, writer, leaseMs, now, random, givingUp, onError } = options;
  const { workflowId, attempt } = begun;
  const incarnation = newIncarnation(random);
  // Nothing else renews the lease, and the clean-up takes its time.
  const holdMs = leaseMs + CLEAN_UP_MS;
  try {
    await log.renew(workflowId, { ...writer.name, leaseMs: holdMs, newIncarnation: incarnation });
    const record = await log.get(workflowId);
    if (record === null) return undefined;
    const emitted: EmittedEvent[] = [];
    const closed = AbortSignal.any([givingUp, AbortSignal.timeout(holdMs)]);
    const emit = async (event: EmittedEvent): Promise<void> => void emitted.push(event);
    const unfinishedEnd = unfinished(end);
    if (unfinishedEnd !== undefined)
      await cleanUp(unfinishedEnd, { ...options, writer: { closed, emit } });
    const left = { ...record, incarnation };
    await appendDirect(left, [...emitted, end.event], { log, now, attempt });
    return end;
  } catch (error) {
    onError(error);
    return undefined;
  }
}
