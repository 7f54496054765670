import type { SampleInfo } from '@runtape/contract';
import type { WorkflowStarter } from '@runtape/engine/start';
import type { AccessContext } from '../accounts/find-workflow.ts';
import type { PermissionContext } from '../accounts/permissions.ts';
import type { StartLimits } from '../limits/start-limits.ts';
import type { Observer } from '../metrics/observer.ts';

/** What starting a workflow needs. */
export interface StartContext extends AccessContext, PermissionContext {
  /** Where the request comes from; tells apart those who are not signed in. */
  readonly address: string;
  readonly starter: WorkflowStarter;
  readonly starts: StartLimits;
  readonly samples: () => readonly SampleInfo[];
  /**
   * Whether comments can be posted to GitHub, as far as this server knows: its workers may be
   * elsewhere.
   */
  readonly canPost: boolean;
  /** The host of the pages of the GitHub that workflows ask. */
  readonly githubHost: string;
  readonly observer: Observer;
}
