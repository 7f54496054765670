import {
  type Attempt,
  type AttemptName,
  type Command,
  type EventLog,
  isEventLogError,
  type WorkflowRecord,
} from '@runtape/event-log';
import { AttemptExecution } from './attempt-execution.ts';
import type { AttemptEnd } from '../lifecycle/attempt-end.ts';
import type { WorkflowDefinition } from '../define/define-workflow.ts';
import {
  AttemptOvertaken,
  EventLoopStalled,
  WorkerStopped,
  WorkflowCancelled,
  WorkflowPaused,
} from '../errors.ts';
import { EventWriter } from '../emit/event-writer.ts';
import { applyPendingCommands } from '../commands/apply-pending-commands.ts';
import { keepLease } from './keep-lease.ts';
import type { WorkflowQueue } from '../queue/workflow-queue.ts';
import { CommandWatch } from '../commands/watch-commands.ts';
import type { StoreOutage } from '../lifecycle/store-outage.ts';
import { effectiveCommand } from '../commands/effective-command.ts';

export interface RunAttemptOptions {
  readonly log: EventLog;
  readonly queue: Pick<WorkflowQueue, 'enqueue'>;
  readonly definition: WorkflowDefinition;
  readonly leaseMs: number;
  readonly maxEventBytes?: number | undefined;
  readonly maxEvents?: number | undefined;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** The longest wait before the second attempt, in ms. */
  readonly retryBaseMs: number;
  /** Aborts when the worker stops, and the workflow is handed over. */
  readonly stopping: AbortSignal;
  /** Aborts when the worker can no longer wait, not even for the store. */
  readonly givingUp: AbortSignal;
  readonly onError: (error: unknown) => void;
  /** The worker's outage, which this attempt reports to. */
  readonly outage: StoreOutage;
  /** Takes a task that outlives the attempt by a few seconds; it ends when the worker stops. */
  readonly background: (task: Promise<void>) => void;
}

/** `lost`: the attempt could not store its end; the next owner of the workflow does. */
export type AttemptOutcome = AttemptEnd['outcome'] | 'lost';

/**
 * Runs one attempt to its end: exactly one terminal event, `workflow:retrying`, or
 * `workflow:paused`; nothing when another attempt has taken over.
 */
export async function runAttempt(
  attempt: Attempt,
  options: RunAttemptOptions,
): Promise<AttemptOutcome> {
  const { log, onError, stopping, givingUp, background, outage } = options;
  const run = new AbortController();
  const finished = new AbortController();
  const { signal } = finished;
  // Also stops a definition that continues after a refused event: its history would have a gap.
  const stop = (reason: Error): void => run.abort(reason);
  const writer = new EventWriter({
    ...options,
    attempt,
    onClosed: stop,
    onFull: stop,
    outage: outage.listener(),
  });
  const onCommands = (found: readonly Command[]): void => {
    const effective = effectiveCommand(found);
    if (effective?.type === 'cancel') run.abort(new WorkflowCancelled(effective));
    if (effective?.type === 'stalled') run.abort(new EventLoopStalled());
    if (effective?.type === 'pause') run.abort(new WorkflowPaused(effective));
  };
  const commands = new CommandWatch({
    log,
    workflowId: attempt.workflowId,
    signal,
    onCommands,
    onError,
  });
  onAbort(stopping, signal, () => run.abort(new WorkerStopped()));
  onAbort(givingUp, signal, () => writer.end(new WorkerStopped()));
  const onLost = (reason: Error): void => writer.end(reason);
  const stopRenewing = new AbortController();
  const leasing = keepLease({
    ...options,
    workflowId: attempt.workflowId,
    writer,
    signal: AbortSignal.any([signal, stopRenewing.signal]),
    onLost,
    outage: outage.listener(),
  });
  const beside = [leasing, commands.run()];
  try {
    const attemptRun = new AttemptExecution({ ...options, attempt, writer, commands, run });
    const end = await attemptRun.run();
    if (end !== undefined) background(writer.drain(hasEnded(), stopping));
    // A renewal in flight would undo the release.
    stopRenewing.abort();
    await leasing;
    await releaseLease(attempt.record, end, { ...options, name: writer.name });
    if (end !== undefined) return end.outcome;
    writer.end(hasEnded());
    return 'lost';
  } catch (error) {
    writer.end(hasEnded());
    throw error;
  } finally {
    finished.abort();
    await Promise.all(beside);
  }
}

/** Anything the definition left running can no longer write. */
function hasEnded(): AttemptOvertaken {
  return new AttemptOvertaken('The attempt has ended.');
}

/**
 * Releases the lease for the next attempt. If that fails, the lease expires and a sweep finds the
 * workflow.
 */
async function releaseLease(
  { workflowId, owner }: WorkflowRecord,
  end: AttemptEnd | undefined,
  { log, queue, now, onError, name }: RunAttemptOptions & { readonly name: AttemptName },
): Promise<void> {
  const isPaused = end?.outcome === 'paused';
  if (end !== undefined && end.nextInMs === undefined && !isPaused) return;
  try {
    await log.release(workflowId, name);
    if (isPaused) await applyPendingCommands(workflowId, { log, queue, now, onError });
    else if (end !== undefined) await queue.enqueue(workflowId, { delayMs: end.nextInMs, owner });
  } catch (error) {
    if (!isEventLogError(error, 'unavailable', 'unknown_workflow')) onError(error);
  }
}

function onAbort(from: AbortSignal, until: AbortSignal, act: () => void): void {
  if (from.aborted) act();
  else from.addEventListener('abort', act, { once: true, signal: until });
}
