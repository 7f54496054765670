import type { WorkflowStarter } from '@runtape/engine/start';
import type { EventLog } from '@runtape/event-log';
import type { FanOut } from '@runtape/fan-out';
import type { SnapshotCache } from './snapshot-cache.ts';

/** An issue that comes with the program. */
export interface SampleInfo {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** Markdown. */
  readonly issue: string;
}

/** What every procedure and handler works with. */
export interface ApiContext {
  readonly log: EventLog;
  readonly fanOut: FanOut;
  readonly snapshots: SnapshotCache;
  readonly starter: WorkflowStarter;
  readonly samples: () => readonly SampleInfo[];
  readonly allowLocal: boolean;
  /** Aborts when the server is about to stop: streams then end in a way that brings their clients back. */
  readonly draining: AbortSignal;
}
