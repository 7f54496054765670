import type { EventLog } from '../port/event-log.ts';
import { logClosed } from '../errors.ts';
import { SegmentWriter } from '../segments/segment-writer.ts';
import { append } from './append.ts';
import { begin, release, renew } from './attempts.ts';
import { addCommand, readCommands } from './commands.ts';
import { create } from './create.ts';
import { list, orphaned } from './list.ts';
import { type Dependencies, MemoryStore } from './memory-store.ts';
import { read, readMerged } from './read.ts';
import { expire } from './retention.ts';
import { keepSegment, segmentsEnd } from './segments.ts';
import { steps } from './steps.ts';
import { thread } from './threads.ts';
import { MemoryWatchers } from './watch.ts';

export interface MemoryEventLogOptions {
  /** The time in ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /**
   * Logs that share one store behave like several processes on one database. Default: a new store.
   */
  readonly store?: MemoryStore | undefined;
}

/** Makes an event log that lives as long as the process, for tests and experiments. */
export function createMemoryEventLog({
  now = Date.now,
  random = Math.random,
  store = new MemoryStore(),
}: MemoryEventLogOptions = {}): EventLog {
  let isClosed = false;
  const watchers = new MemoryWatchers(store);
  const segmentWriter = new SegmentWriter({
    segmentsEnd: async (workflowId) => segmentsEnd(open().store.find(workflowId)),
    read: async (workflowId, range) => read(open(), workflowId, range),
    keepSegment: async (workflowId, segment) => keepSegment(open().store.find(workflowId), segment),
  });
  const dependencies = { store, now, random, watchers, segmentWriter };

  function open(): typeof dependencies & Dependencies {
    if (isClosed) throw logClosed();
    return dependencies;
  }

  async function close(): Promise<void> {
    isClosed = true;
    await segmentWriter.close();
    watchers.close();
  }

  return {
    create: async (workflow) => create(open(), workflow),
    get: async (workflowId) => open().store.workflows.get(workflowId)?.record ?? null,
    input: async (workflowId) => open().store.find(workflowId).input,
    append: async (workflowId, request) => append(open(), workflowId, request),
    read: async (workflowId, range) => read(open(), workflowId, range),
    readMerged: async (workflowId, range) => readMerged(open(), workflowId, range),
    watch: async (...args) => open().watchers.watch(...args),
    begin: async (workflowId, options) => begin(open(), workflowId, options),
    renew: async (workflowId, renewal) => renew(open(), workflowId, renewal),
    release: async (workflowId, attempt) => release(open(), workflowId, attempt),
    steps: async (workflowId) => steps(open(), workflowId),
    command: async (workflowId, command) => addCommand(open(), workflowId, command),
    commands: async (workflowId, range) => readCommands(open(), workflowId, range),
    watchCommands: async (...args) => open().watchers.watchCommands(...args),
    list: async (query) => list(open(), query),
    orphaned: async (query) => orphaned(open(), query),
    thread: async (threadId, range) => thread(open(), threadId, range),
    watchThread: async (...args) => open().watchers.watchThread(...args),
    expire: async (expiry) => expire(open(), expiry),
    close,
    [Symbol.asyncDispose]: close,
  };
}
