import type { StatementSync } from 'node:sqlite';
import { type EventLog, SegmentWriter } from '@runtape/event-log';
import { append, SingleAppend } from './append.ts';
import { begin, release, renew } from './attempts.ts';
import { addCommand, CommandTable, readCommands } from './commands.ts';
import { create } from './create.ts';
import type { BootClock } from './database/boot-clock.ts';
import type { Store } from './database/store.ts';
import { list, ListTable, orphaned } from './list.ts';
import { read, readInput, readMerged } from './read.ts';
import { expire, RemovalTable } from './retention.ts';
import { SegmentTable } from './segments.ts';
import { steps, StepTable } from './steps.ts';
import { EntryTable } from './tables/entry-table.ts';
import { JoinedEntries } from './tables/joined-entries.ts';
import { WorkflowTable } from './tables/workflow-table.ts';
import { thread, THREAD_SQL } from './threads.ts';
import { StoreWatch } from './watch.ts';

/** The dependencies of the operations of one log. */
export interface Dependencies {
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

export interface SqliteEventLogOptions extends Pick<Dependencies, 'store' | 'now' | 'random'> {
  readonly machine: BootClock;
  readonly pollMs: number;
  readonly onWatcherError: ((error: unknown) => void) | undefined;
}

/**
 * The log on an open store. Every operation is one transaction, except long ones, which use several
 * short ones.
 */
export function sqliteEventLog({
  store,
  now,
  machine,
  random,
  pollMs,
  onWatcherError,
}: SqliteEventLogOptions): EventLog {
  const workflows = new WorkflowTable(store, machine);
  const entries = new EntryTable(store);
  const commands = new CommandTable(store);
  const segments = new SegmentTable(store);
  const tables = { store, workflows, entries, joined: new JoinedEntries(store) };
  const dependencies: Dependencies = {
    ...tables,
    now,
    clock: machine,
    random,
    single: new SingleAppend(store, machine),
    steps: new StepTable(store),
    commands,
    segments,
    listing: new ListTable(store),
    selectThread: store.prepare(THREAD_SQL),
    removals: new RemovalTable(store),
    watch: new StoreWatch({ store, workflows, entries, commands, pollMs, onWatcherError }),
    segmentWriter: new SegmentWriter({
      segmentsEnd: async (id) => await store.read(() => segments.end(workflows.writer(id))),
      read: async (id, range) => await read(tables, id, range),
      keepSegment: async (id, segment) =>
        await store.write(() => segments.keep(workflows.writer(id), segment)),
    }),
  };
  const { watch, segmentWriter } = dependencies;

  async function close(): Promise<void> {
    watch.close();
    await segmentWriter.close();
    store.close();
  }

  return {
    create: (workflow) => create(dependencies, workflow),
    get: (workflowId) => store.read(() => workflows.find(workflowId)),
    input: (workflowId) => readInput(dependencies, workflowId),
    append: (workflowId, request) => append(dependencies, workflowId, request),
    read: (workflowId, range) => read(dependencies, workflowId, range),
    readMerged: (workflowId, range) => readMerged(dependencies, workflowId, range),
    watch: (...args) => watch.watch(...args),
    begin: (workflowId, options) => begin(dependencies, workflowId, options),
    renew: (workflowId, renewal) => renew(dependencies, workflowId, renewal),
    release: (workflowId, attempt) => release(dependencies, workflowId, attempt),
    steps: (workflowId) => steps(dependencies, workflowId),
    command: (workflowId, command) => addCommand(dependencies, workflowId, command),
    commands: (workflowId, range) => readCommands(dependencies, workflowId, range),
    watchCommands: (...args) => watch.watchCommands(...args),
    list: (query) => list(dependencies, query),
    orphaned: (query) => orphaned(dependencies, query),
    thread: (threadId, range) => thread(dependencies, threadId, range),
    watchThread: (...args) => watch.watchThread(...args),
    expire: (expiry) => expire(dependencies, expiry),
    close,
    [Symbol.asyncDispose]: close,
  };
}
