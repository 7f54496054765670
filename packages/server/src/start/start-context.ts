import type { WorkflowStarter } from '@runtape/engine/start';
import type { AccessContext } from '../accounts/find-workflow.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { StartLimits } from '../limits/start-limits.ts';
import type { StartableWorkflows } from './startable-workflows.ts';
import type { Observer } from '../metrics/observer.ts';

/** The context for starting workflows. */
export interface StartContext extends AccessContext {
  /** `null` if everyone who reaches the server may use it. */
  readonly accounts: Accounts | null;
  /** The client address; it identifies clients that are not signed in. */
  readonly address: string;
  readonly starter: WorkflowStarter;
  readonly starts: StartLimits;
  /** The definitions that clients can start. */
  readonly startable: StartableWorkflows;
  readonly observer: Observer;
}
