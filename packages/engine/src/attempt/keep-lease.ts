import { type Attempt, type EventLog, isEventLogError } from '@runtape/event-log';
import { AttemptOvertaken } from '../errors.ts';
import { sleep } from '../time/sleep.ts';

/** Two renewals may fail before the lease runs out. */
const RENEWALS_PER_LEASE = 3;

export interface LeaseOptions {
  readonly log: Pick<EventLog, 'renew'>;
  readonly attempt: Attempt;
  readonly leaseMs: number;
  /** Ends the renewing. */
  readonly signal: AbortSignal;
  /** The attempt no longer holds the workflow: it was taken over while this process was away, or the workflow has ended. */
  readonly onLost: (reason: Error) => void;
  readonly onError: (error: unknown) => void;
}

/** Shows that an attempt is alive, until the signal aborts or the lease is lost. */
export async function keepLease(options: LeaseOptions): Promise<void> {
  const { log, attempt, leaseMs, signal, onLost, onError } = options;
  const { workflowId } = attempt;
  while (await isStillWanted(leaseMs / RENEWALS_PER_LEASE, signal)) {
    try {
      await log.renew(workflowId, { attempt: attempt.attempt, leaseMs });
    } catch (error) {
      if (isEventLogError(error, 'attempt_overtaken', 'workflow_closed', 'unknown_workflow')) {
        onLost(new AttemptOvertaken(error.message, { cause: error }));
        return;
      }
      // While the store is away nobody else can take over either: the writer finds out when it is back.
      if (!isEventLogError(error, 'unavailable')) onError(error);
    }
  }
}

async function isStillWanted(ms: number, signal: AbortSignal): Promise<boolean> {
  await sleep(ms, signal).catch(() => undefined);
  return !signal.aborted;
}
