import { untilAborted } from '@runtape/async';
import {
  type Append,
  type Attempt,
  type AttemptName,
  type Command,
  type CommandEntry,
  type Created,
  type EventLog,
  type Expiry,
  type JsonValue,
  type ListPage,
  type ListQuery,
  logClosed,
  type MergedRange,
  type NewWorkflow,
  type Page,
  type ReadRange,
  type Renewal,
  SegmentKeeper,
  type ThreadPage,
  type ThreadRange,
  type OrphanedPage,
  type OrphanedQuery,
  type Watcher,
  type WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import type { Cluster, Redis } from 'ioredis';
import { AppendsInOrder } from './append-in-order.ts';
import { append } from './append.ts';
import { begin, release, renew } from './attempts.ts';
import { IdempotencyKeys } from './idempotency-keys.ts';
import { giveCommand, readCommands } from './commands.ts';
import type { Connection } from './connection.ts';
import { create } from './create.ts';
import { expire } from './expire.ts';
import { IndexRepair } from './index-repair.ts';
import type { Keys } from './keys.ts';
import { list } from './list.ts';
import type { Announcements } from './live/announcements.ts';
import { read } from './read.ts';
import { getInput, getRecord, requireWorkflow } from './records.ts';
import { keepSegment, readMerged, segmentsEnd } from './segments.ts';
import { steps } from './steps.ts';
import { thread } from './thread.ts';
import type { Topology } from './topology/topology.ts';
import { orphaned } from './orphaned.ts';
import { WorkflowIndex } from './workflow-index.ts';

export interface RedisEventLogParts {
  readonly topology: Topology;
  readonly connection: Connection;
  readonly announcements: Announcements;
  readonly keys: Keys;
  readonly keepEndedForMs: number | undefined;
  readonly random: () => number;
}

export class RedisEventLog implements EventLog {
  readonly #parts;
  readonly #repair: IndexRepair;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor(parts: RedisEventLogParts) {
    const { connection, keys } = parts;
    this.#parts = {
      ...parts,
      index: new WorkflowIndex(connection, keys),
      idempotencyKeys: new IdempotencyKeys(connection, keys),
      appends: new AppendsInOrder(),
      segments: new SegmentKeeper({
        segmentsEnd: (id) => this.#run(() => segmentsEnd(parts, id)),
        read: (id, range) => this.#run(() => read(parts, id, range)),
        keepSegment: (id, segment) => this.#run(() => keepSegment(parts, id, segment)),
      }),
    };
    this.#repair = new IndexRepair(this.#parts);
  }

  get client(): Redis | Cluster {
    return this.#parts.topology.client;
  }

  create(workflow: NewWorkflow): Promise<Created> {
    return this.#run(() => create(this.#parts, workflow));
  }

  get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    return this.#run(() => getRecord(this.#parts, workflowId));
  }

  input(workflowId: WorkflowId): Promise<JsonValue> {
    return this.#run(() => getInput(this.#parts, workflowId));
  }

  begin(workflowId: WorkflowId, options: { leaseMs: number }): Promise<Attempt> {
    return this.#run(() => begin(this.#parts, workflowId, options));
  }

  renew(workflowId: WorkflowId, renewal: Renewal): Promise<void> {
    return this.#run(() => renew(this.#parts, workflowId, renewal));
  }

  release(workflowId: WorkflowId, attempt: AttemptName): Promise<void> {
    return this.#run(() => release(this.#parts, workflowId, attempt));
  }

  append(workflowId: WorkflowId, asked: Append): Promise<{ tail: number }> {
    return this.#run(() => append(this.#parts, workflowId, asked));
  }

  read(workflowId: WorkflowId, range: ReadRange): Promise<Page> {
    return this.#run(() => read(this.#parts, workflowId, range));
  }

  readMerged(workflowId: WorkflowId, range: MergedRange): Promise<Page> {
    return this.#run(() => readMerged(this.#parts, workflowId, range));
  }

  watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    return this.#run(async () => {
      signal.throwIfAborted();
      await untilAborted(requireWorkflow(this.#parts, workflowId), signal);
      await this.#parts.announcements.watch(workflowId, watcher, signal);
    });
  }

  steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>> {
    return this.#run(() => steps(this.#parts, workflowId));
  }

  command(workflowId: WorkflowId, command: Command): Promise<CommandEntry> {
    return this.#run(() => giveCommand(this.#parts, workflowId, command));
  }

  commands(workflowId: WorkflowId, range: { after: number }): Promise<readonly CommandEntry[]> {
    return this.#run(() => readCommands(this.#parts, workflowId, range));
  }

  watchCommands(workflowId: WorkflowId, wake: () => void, signal: AbortSignal): Promise<void> {
    return this.#run(async () => {
      signal.throwIfAborted();
      await untilAborted(requireWorkflow(this.#parts, workflowId), signal);
      await this.#parts.announcements.watchCommands(workflowId, wake, signal);
    });
  }

  list(query: ListQuery): Promise<ListPage> {
    return this.#run(() => list(this.#parts, query));
  }

  thread(threadId: string, range: ThreadRange): Promise<ThreadPage> {
    return this.#run(() => thread(this.#parts, threadId, range));
  }

  watchThread(threadId: string, wake: () => void, signal: AbortSignal): Promise<void> {
    return this.#run(() => this.#parts.announcements.watchThread(threadId, wake, signal));
  }

  orphaned(query: OrphanedQuery): Promise<OrphanedPage> {
    // Beside it, and again with the next call: a node that does not answer must not hold up the others' workflows.
    this.#run(() => this.#repair.run()).catch(() => {});
    return this.#run(() => orphaned(this.#parts, query));
  }

  expire(expiry: Expiry): Promise<readonly WorkflowId[]> {
    return this.#run(() => expire(this.#parts, expiry));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#closing !== null) throw logClosed();
    const running = operation();
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  async #close(): Promise<void> {
    const { connection, announcements, segments } = this.#parts;
    const stopped = segments.close();
    await announcements.close();
    // An operation may take several calls, and what was asked before the end is answered. Not when nobody is there to do it.
    if (connection.isReady) await Promise.allSettled(this.#underWay);
    await connection.close();
    await stopped;
  }
}
