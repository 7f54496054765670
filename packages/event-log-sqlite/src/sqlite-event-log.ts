import { type EventLog, SegmentWriter } from '@runtape/event-log';
import { append, SingleAppend } from './append.ts';
import { begin, release, renew } from './attempts.ts';
import { addCommand, CommandTable, readCommands } from './commands.ts';
import { create } from './create.ts';
import type { BootClock } from './database/boot-clock.ts';
import { list, ListTable, orphaned } from './list.ts';
import type { SqliteParts } from './parts.ts';
import { read, readInput, readMerged } from './read.ts';
import { expire, RemovalTable } from './retention.ts';
import { SegmentTable } from './segments.ts';
import { steps, StepTable } from './steps.ts';
import { EntryTable } from './tables/entry-table.ts';
import { JoinedEntries } from './tables/joined-entries.ts';
import { WorkflowTable } from './tables/workflow-table.ts';
import { thread, THREAD_SQL } from './threads.ts';
import { StoreWatch } from './watch.ts';

export interface SqliteEventLogOptions extends Pick<SqliteParts, 'store' | 'now' | 'random'> {
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
  const parts: SqliteParts = {
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
  const { watch, segmentWriter } = parts;

  async function close(): Promise<void> {
    watch.close();
    await segmentWriter.close();
    store.close();
  }

  return {
    create: (workflow) => create(parts, workflow),
    get: (workflowId) => store.read(() => workflows.find(workflowId)),
    input: (workflowId) => readInput(parts, workflowId),
    append: (workflowId, asked) => append(parts, workflowId, asked),
    read: (workflowId, range) => read(parts, workflowId, range),
    readMerged: (workflowId, range) => readMerged(parts, workflowId, range),
    watch: (...asked) => watch.watch(...asked),
    begin: (workflowId, options) => begin(parts, workflowId, options),
    renew: (workflowId, renewal) => renew(parts, workflowId, renewal),
    release: (workflowId, attempt) => release(parts, workflowId, attempt),
    steps: (workflowId) => steps(parts, workflowId),
    command: (workflowId, command) => addCommand(parts, workflowId, command),
    commands: (workflowId, range) => readCommands(parts, workflowId, range),
    watchCommands: (...asked) => watch.watchCommands(...asked),
    list: (query) => list(parts, query),
    orphaned: (query) => orphaned(parts, query),
    thread: (threadId, range) => thread(parts, threadId, range),
    watchThread: (...asked) => watch.watchThread(...asked),
    expire: (expiry) => expire(parts, expiry),
    close,
    [Symbol.asyncDispose]: close,
  };
}
