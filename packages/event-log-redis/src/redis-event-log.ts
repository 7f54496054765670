import { type EventLog, logClosed, SegmentWriter } from '@runtape/event-log';
import { append, AppendsInOrder } from './append.ts';
import { begin, release, renew } from './attempts.ts';
import { addCommand, readCommands } from './commands.ts';
import type { Topology } from './connection/topology.ts';
import { create } from './create.ts';
import { list, orphaned } from './list.ts';
import { read, readMerged } from './read.ts';
import { expire } from './retention.ts';
import { keepSegment, segmentsEnd } from './segments.ts';
import { steps } from './steps.ts';
import { getInput, getRecord, type Store } from './store/record.ts';
import { thread } from './threads.ts';
import type { PubSubWatch } from './watch.ts';
import { IdempotencyKeys } from './workflow-index/idempotency-keys.ts';
import { IndexRepair } from './workflow-index/index-repair.ts';
import { WorkflowIndex } from './workflow-index/workflow-index.ts';

/** The dependencies of the operations of one log. */
export interface Dependencies extends Store {
  readonly index: WorkflowIndex;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly appends: AppendsInOrder;
  readonly segments: SegmentWriter;
  readonly keepEndedForMs: number | undefined;
  readonly random: () => number;
}

export interface OpenedRedis extends Pick<
  Dependencies,
  'connection' | 'keys' | 'keepEndedForMs' | 'random'
> {
  readonly topology: Topology;
  readonly pubSub: PubSubWatch;
}

/** The log on a connected Redis. */
export function redisEventLog(opened: OpenedRedis): EventLog {
  const { topology, connection, pubSub, keys } = opened;
  const inProgress = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;
  const dependencies: Dependencies = {
    ...opened,
    index: new WorkflowIndex(connection, keys),
    idempotencyKeys: new IdempotencyKeys(connection, keys),
    appends: new AppendsInOrder(),
    segments: new SegmentWriter({
      segmentsEnd: (id) => run(() => segmentsEnd(opened, id)),
      read: (id, range) => run(() => read(opened, id, range)),
      keepSegment: (id, segment) => run(() => keepSegment(opened, id, segment)),
    }),
  };
  const repair = new IndexRepair({ ...dependencies, topology });

  async function run<T>(operation: () => Promise<T>): Promise<T> {
    if (closing !== null) throw logClosed();
    const running = operation();
    inProgress.add(running);
    try {
      return await running;
    } finally {
      inProgress.delete(running);
    }
  }

  async function end(): Promise<void> {
    const stopped = dependencies.segments.close();
    await pubSub.close();
    // An operation may take several calls. Operations that began before the close are completed,
    // unless the connection is lost.
    if (connection.isReady) await Promise.allSettled(inProgress);
    await connection.close();
    await stopped;
  }

  const close = (): Promise<void> => (closing ??= end());
  return {
    create: (workflow) => run(() => create(dependencies, workflow)),
    get: (workflowId) => run(() => getRecord(dependencies, workflowId)),
    input: (workflowId) => run(() => getInput(dependencies, workflowId)),
    append: (workflowId, request) => run(() => append(dependencies, workflowId, request)),
    read: (workflowId, range) => run(() => read(dependencies, workflowId, range)),
    readMerged: (workflowId, range) => run(() => readMerged(dependencies, workflowId, range)),
    watch: (...args) => run(() => pubSub.watch(...args)),
    begin: (workflowId, options) => run(() => begin(dependencies, workflowId, options)),
    renew: (workflowId, renewal) => run(() => renew(dependencies, workflowId, renewal)),
    release: (workflowId, attempt) => run(() => release(dependencies, workflowId, attempt)),
    steps: (workflowId) => run(() => steps(dependencies, workflowId)),
    command: (workflowId, command) => run(() => addCommand(dependencies, workflowId, command)),
    commands: (workflowId, range) => run(() => readCommands(dependencies, workflowId, range)),
    watchCommands: (...args) => run(() => pubSub.watchCommands(...args)),
    list: (query) => run(() => list(dependencies, query)),
    orphaned: (query) => {
      // In the background, and retried with the next call: a node that does not answer must not
      // delay the workflows of the others.
      run(() => repair.run()).catch(() => {});
      return run(() => orphaned(dependencies, query));
    },
    thread: (threadId, range) => run(() => thread(dependencies, threadId, range)),
    watchThread: (...args) => run(() => pubSub.watchThread(...args)),
    expire: (expiry) => run(() => expire(dependencies, expiry)),
    close,
    [Symbol.asyncDispose]: close,
  };
}
