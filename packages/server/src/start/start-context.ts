import type { SampleInfo } from '@runtape/contract';
import type { WorkflowStarter } from '@runtape/engine/start';
import type { AccessContext } from '../accounts/find-workflow.ts';
import type { PermissionContext } from '../accounts/permissions.ts';
import type { StartLimits } from '../limits/start-limits.ts';
import type { StartableWorkflows } from './startable-workflows.ts';
import type { Observer } from '../metrics/observer.ts';

/** The context for starting workflows. */
export interface StartContext extends AccessContext, PermissionContext {
  /** The client address; it identifies clients that are not signed in. */
  readonly address: string;
  readonly starter: WorkflowStarter;
  readonly starts: StartLimits;
  /** The definitions that clients can start. */
  readonly startable: StartableWorkflows;
  readonly samples: () => readonly SampleInfo[];
  /** Whether comments can be posted to GitHub; a guess if the workers are on other machines. */
  readonly canPost: boolean;
  /** The host of GitHub's pages. */
  readonly githubHost: string;
  readonly observer: Observer;
}
