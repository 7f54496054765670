import type { WorkflowStarter } from '@runtape/engine/start';
import type { EventLog } from '@runtape/event-log';
import type { FanOut } from '@runtape/fan-out';
import type { Accounts } from '../accounts/accounts.ts';
import type { Identity } from '../accounts/identity.ts';
import type { PermissionSettings } from '../accounts/permissions.ts';
import type { AnswerBudget } from '../limits/answer-budget.ts';
import type { SnapshotCache } from '../read/snapshots/snapshot-cache.ts';
import type { StartLimits } from '../limits/start-limits.ts';
import type { LiveStreams } from '../read/live/live-streams.ts';
import type { OpenStreams } from '../limits/open-streams.ts';
import type { SeenWorkflows } from '../metrics/seen-workflows.ts';
import type { StreamStatistics } from '../metrics/stream-statistics.ts';
import type { TapeCache } from '../read/tape/tape-cache.ts';

/** An issue that comes with the program. */
export interface SampleInfo {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** Markdown. */
  readonly issue: string;
}

/** What every procedure and handler works with, whoever asks. */
export interface ApiParts {
  readonly log: EventLog;
  readonly fanOut: FanOut;
  readonly snapshots: SnapshotCache;
  readonly tapes: TapeCache;
  readonly starter: WorkflowStarter;
  readonly samples: () => readonly SampleInfo[];
  /** Whether folders of this machine may be targets at all. */
  readonly allowLocal: boolean;
  /** Whom what is allowed. */
  readonly permissions: PermissionSettings;
  /** Whether comments can be posted to GitHub, as far as this server knows: its workers may be elsewhere. */
  readonly canPost: boolean;
  /** The host of the pages of the GitHub that workflows ask. */
  readonly githubHost: string;
  /** Aborts when the server is about to stop: streams then end in a way that brings their clients back. */
  readonly draining: AbortSignal;
  /** `null`: whoever reaches the server may use it. */
  readonly accounts: Accounts | null;
  readonly streams: OpenStreams;
  readonly live: LiveStreams;
  readonly starts: StartLimits;
  readonly statistics: StreamStatistics;
  /** Hears of what went wrong with a request and is not the client's doing. */
  readonly report: (error: unknown, path: string) => void;
  readonly seen: SeenWorkflows;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** The same for one request. */
export interface ApiContext extends ApiParts {
  readonly identity: Identity;
  /** Where the request comes from; tells those apart who did not sign in. */
  readonly address: string;
  readonly answer: AnswerBudget;
}
