import type { AppendOperations } from './append.ts';
import type { AttemptOperations } from './attempts.ts';
import type { CommandOperations } from './commands.ts';
import type { CreateOperations } from './create.ts';
import type { ListOperations } from './list.ts';
import type { ReadOperations } from './read.ts';
import type { RetentionOperations } from './retention.ts';
import type { StepOperations } from './steps.ts';
import type { ThreadOperations } from './threads.ts';
import type { WatchOperations } from './watch.ts';

/**
 * The log of every workflow: the truth about what happened. All adapters pass the suite in
 * `@runtape/event-log/conformance`. Every operation rejects with an `EventLogError`; an operation
 * that names a workflow rejects with `unknown_workflow` when there is none, and any with
 * `unavailable` when the store does not answer (whether a write took place is then not known) and
 * `closed` after `close`.
 *
 * A store may come back with less than it had confirmed: never one entry in the middle, but some of
 * the last ones, and with them attempts, leases, step results, commands, whole workflows. Each time
 * it may have, it begins another **epoch**. What makes that sound is that an event id names one
 * event for ever: a log whose lost entries may be replaced by others gets a new incarnation before
 * anything is. An attempt whose lease still runs in the new epoch has lost nothing but entries of
 * its own, and may write them again. One whose lease has run out meanwhile cannot know whether a
 * later attempt was lost: it is `attempt_in_doubt` until it goes on under a new incarnation.
 */
export interface EventLog
  extends
    CreateOperations,
    AppendOperations,
    ReadOperations,
    WatchOperations,
    AttemptOperations,
    StepOperations,
    CommandOperations,
    ListOperations,
    ThreadOperations,
    RetentionOperations,
    AsyncDisposable {
  /** Ends watches and connections that the log owns. Idempotent. */
  close(): Promise<void>;
}
