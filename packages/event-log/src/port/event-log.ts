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
 * The logs of all workflows, the source of truth. All adapters pass the suite in
 * `@runtape/event-log/conformance`. Every operation rejects with an `EventLogError`. An operation
 * on a workflow rejects with `unknown_workflow` when there is none; any with `unavailable` when the
 * store does not answer (it is then unknown whether a write took place), and with `closed` after
 * `close`.
 *
 * A store may recover with less than it had confirmed: it never loses an entry in the middle, but
 * may lose some of the last ones, and with them attempts, leases, step results, commands and whole
 * workflows. Each time this may have happened, it begins another **epoch**. This is sound because
 * an event id identifies one event forever: a log whose lost entries may be replaced by others gets
 * a new incarnation before anything is replaced. An attempt whose lease still runs in the new epoch
 * has lost only its own entries, and may write them again. An attempt whose lease has expired in
 * between cannot know whether a later attempt was lost: it is `attempt_in_doubt` until it continues
 * under a new incarnation.
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
