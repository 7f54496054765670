import type {
  Append,
  Attempt,
  Command,
  CommandEntry,
  Created,
  EventLog,
  JsonValue,
  ListPage,
  ListQuery,
  NewWorkflow,
  Page,
  ReadRange,
  Watcher,
  WorkflowRecord,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { AppendsInOrder } from './append-in-order.ts';
import { append } from './append.ts';
import { begin, release, renew } from './attempts.ts';
import { Claims } from './claims.ts';
import { giveCommand, readCommands } from './commands.ts';
import type { Connection } from './connection.ts';
import { create } from './create.ts';
import { expire } from './expire.ts';
import type { Keys } from './keys.ts';
import { list } from './list.ts';
import type { Announcements } from './live/announcements.ts';
import { untilAborted } from './live/until-aborted.ts';
import { read } from './read.ts';
import { getRecord, requireWorkflow } from './records.ts';
import { steps } from './steps.ts';
import { unattended } from './unattended.ts';
import { WorkflowIndex } from './workflow-index.ts';

export interface RedisEventLogParts {
  readonly connection: Connection;
  readonly announcements: Announcements;
  readonly keys: Keys;
  readonly keepEndedForMs: number | undefined;
  readonly random: () => number;
}

export class RedisEventLog implements EventLog {
  readonly #parts;
  #closing: Promise<void> | null = null;

  constructor(parts: RedisEventLogParts) {
    const { connection, keys } = parts;
    this.#parts = {
      ...parts,
      index: new WorkflowIndex(connection, keys),
      claims: new Claims(connection, keys),
      appends: new AppendsInOrder(),
    };
  }

  create(workflow: NewWorkflow): Promise<Created> {
    return create(this.#parts, workflow);
  }

  get(workflowId: WorkflowId): Promise<WorkflowRecord | null> {
    return getRecord(this.#parts, workflowId);
  }

  begin(workflowId: WorkflowId, options: { leaseMs: number }): Promise<Attempt> {
    return begin(this.#parts, workflowId, options);
  }

  renew(workflowId: WorkflowId, options: { attempt: number; leaseMs: number }): Promise<void> {
    return renew(this.#parts, workflowId, options);
  }

  release(workflowId: WorkflowId, options: { attempt: number }): Promise<void> {
    return release(this.#parts, workflowId, options);
  }

  append(workflowId: WorkflowId, asked: Append): Promise<{ tail: number }> {
    return append(this.#parts, workflowId, asked);
  }

  read(workflowId: WorkflowId, range: ReadRange): Promise<Page> {
    return read(this.#parts, workflowId, range);
  }

  async watch(workflowId: WorkflowId, watcher: Watcher, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await untilAborted(requireWorkflow(this.#parts, workflowId), signal);
    await this.#parts.announcements.watch(workflowId, watcher, signal);
  }

  steps(workflowId: WorkflowId): Promise<ReadonlyMap<string, JsonValue>> {
    return steps(this.#parts, workflowId);
  }

  command(workflowId: WorkflowId, command: Command): Promise<CommandEntry> {
    return giveCommand(this.#parts, workflowId, command);
  }

  commands(workflowId: WorkflowId, range: { after: number }): Promise<readonly CommandEntry[]> {
    return readCommands(this.#parts, workflowId, range);
  }

  async watchCommands(
    workflowId: WorkflowId,
    wake: () => void,
    signal: AbortSignal,
  ): Promise<void> {
    signal.throwIfAborted();
    await untilAborted(requireWorkflow(this.#parts, workflowId), signal);
    await this.#parts.announcements.watchCommands(workflowId, wake, signal);
  }

  list(query: ListQuery): Promise<ListPage> {
    return list(this.#parts, query);
  }

  unattended(options: { limit: number }): Promise<readonly WorkflowRecord[]> {
    return unattended(this.#parts, options);
  }

  expire(options: { endedBefore: number; limit: number }): Promise<readonly WorkflowId[]> {
    return expire(this.#parts, options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const { connection, announcements } = this.#parts;
    await Promise.all([announcements.close(), connection.close()]);
  }
}
