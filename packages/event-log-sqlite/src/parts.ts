import type { StatementSync } from 'node:sqlite';
import { SegmentWriter } from '@runtape/event-log';
import { SingleAppend } from './append.ts';
import { CommandTable } from './commands.ts';
import type { BootClock } from './database/boot-clock.ts';
import { Store } from './database/store.ts';
import { ListTable } from './list.ts';
import { RemovalTable } from './retention.ts';
import { SegmentTable } from './segments.ts';
import { StepTable } from './steps.ts';
import { EntryTable } from './tables/entry-table.ts';
import { JoinedEntries } from './tables/joined-entries.ts';
import { WorkflowTable } from './tables/workflow-table.ts';
import { StoreWatch } from './watch.ts';

/** The dependencies of the operations of one log. */
export interface SqliteParts {
  readonly store: Store;
  /** In ms since 1970. */
  readonly now: () => number;
  /** The clock that measures leases. */
  readonly clock: BootClock;
  readonly random: () => number;
  readonly workflows: WorkflowTable;
  readonly entries: EntryTable;
  readonly joined: JoinedEntries;
  readonly single: SingleAppend;
  readonly steps: StepTable;
  readonly commands: CommandTable;
  readonly segments: SegmentTable;
  readonly listing: ListTable;
  readonly selectThread: StatementSync;
  readonly removals: RemovalTable;
  readonly watch: StoreWatch;
  readonly segmentWriter: SegmentWriter;
}
