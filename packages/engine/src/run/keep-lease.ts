import { sleepOrAbort } from '@runtape/async';
import { type EventLog, isEventLogError } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { EventWriter } from '../emit/event-writer.ts';
import { AttemptOvertaken } from '../errors.ts';
import type { OutageListener } from '../lifecycle/store-outage.ts';

/** Two renewals may fail before the lease runs out. */
const RENEWALS_PER_LEASE = 3;

export interface LeaseOptions {
  readonly log: Pick<EventLog, 'renew'>;
  readonly workflowId: WorkflowId;
  readonly leaseMs: number;
  /** Owner of the events that must not be lost. */
  readonly writer: Pick<EventWriter, 'name' | 'storedTo' | 'confirmDurable' | 'reconcile'>;
  /** In ms since 1970. */
  readonly now: () => number;
  /** Ends the renewals. */
  readonly signal: AbortSignal;
  /** Called when the attempt was taken over, or the workflow has ended. */
  readonly onLost: (reason: Error) => void;
  readonly onError: (error: unknown) => void;
  readonly outage: OutageListener;
}

/**
 * Renews the lease until the signal aborts or it is lost, and notices when the store lost events.
 */
export async function keepLease(options: LeaseOptions): Promise<void> {
  try {
    await renewUntilLost(options);
  } finally {
    options.outage.onRecovered();
  }
}

async function renewUntilLost(options: LeaseOptions): Promise<void> {
  const { log, workflowId, leaseMs, writer, now, signal, onLost, onError, outage } = options;
  while (await isStillWanted(leaseMs / RENEWALS_PER_LEASE, signal)) {
    const at = now();
    try {
      await log.renew(workflowId, { ...writer.name, leaseMs, tail: writer.storedTo });
      writer.confirmDurable(at);
      outage.onRecovered();
    } catch (error) {
      // No worker can take over while the store is unavailable; the first renewal after its
      // recovery reports a loss.
      if (isEventLogError(error, 'unavailable')) {
        outage.onUnavailable(error);
        continue;
      }
      outage.onRecovered();
      if (isEventLogError(error, 'attempt_overtaken', 'workflow_closed', 'unknown_workflow')) {
        onLost(new AttemptOvertaken(error.message, { cause: error }));
        return;
      }
      if (isEventLogError(error, 'attempt_in_doubt', 'seq_conflict')) writer.reconcile(error);
      else onError(error);
    }
  }
}

async function isStillWanted(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleepOrAbort(ms, signal);
  return !signal.aborted;
}
