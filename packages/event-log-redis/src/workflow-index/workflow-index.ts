import { type NewWorkflow, threadTaken } from '@runtape/event-log';
import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import type { RedisConnection } from '../connection/redis-connection.ts';
import { type Keys, type Listed, listsOf } from '../store/keys.ts';
import { parseReply } from '../store/script.ts';
import {
  ALL_DUE,
  DUE_IN,
  CORRECT_DUE,
  ADD_TO_LISTS,
  ENTER,
  ENTER_AGAIN,
  FORGET,
  MARK_ENDED,
  NEWEST_IN_ALL,
} from './index-scripts.ts';

/**
 * An entry without a workflow is kept this long, in ms: the workflow may be about to be created.
 */
const FORGET_AFTER_MS = 60_000;

/** A position in one of the sorted sets. */
export interface IndexEntry {
  readonly workflowId: WorkflowId;
  /** The time that it is sorted by, in ms since 1970. */
  readonly at: number;
}

const entriesSchema = z.array(z.string()).transform((flat) => {
  const entries: IndexEntry[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const workflowId = workflowIdSchema.parse(flat[index]);
    entries.push({ workflowId, at: Number(flat[index + 1]) });
  }
  return entries;
});

const noteSchema = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(z.array(z.string()));

/** A workflow that is about to be created. */
export type Joining = Pick<NewWorkflow, 'workflow' | 'owner' | 'threadId' | 'onlyOwnThread'>;

export interface EnterOptions {
  readonly renewTime: boolean;
  /** Looks up the owner of a workflow; `undefined` when there is no such workflow. */
  readonly ownerOf: (workflowId: WorkflowId) => Promise<string | null | undefined>;
}

/** A set that is sorted by creation. */
export type Newest = 'created' | 'open' | { readonly list: string };

export interface Selection {
  /** The workflows are in all of these. */
  readonly inAll: readonly [Newest, ...Newest[]];
  /** The workflows are in one of these, if any are named. */
  readonly inOne: readonly ('open' | 'due' | 'ended')[];
}

/** Some entries, newest first. */
export interface IndexPage {
  readonly entries: readonly IndexEntry[];
  /** The position after which to continue; `null` at the end. */
  readonly next: IndexEntry | null;
}

/** The maximum number of entries that Redis examines in one script, which blocks other commands. */
const MAX_EXAMINED = 1_000;

const indexPageSchema = z.tuple([entriesSchema, entriesSchema]);

/**
 * The index of all workflows. It is on another node than most workflows, so it is not updated
 * atomically with them and may contain too much: an entry is made before its workflow and removed
 * after it. Readers check the workflow itself.
 */
export class WorkflowIndex {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;

  constructor(connection: RedisConnection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  /**
   * Enters a workflow that is about to be created. With `renewTime`, an existing entry gets the
   * current time.
   * @returns the time of creation.
   * @throws EventLogError `thread_taken`.
   */
  async enter(
    workflowId: WorkflowId,
    joining: Joining,
    { renewTime, ownerOf }: EnterOptions,
  ): Promise<number> {
    const { created, open, due, threadOwners, notes, lastPosition } = this.#keys.index;
    const { threadId = '', owner = null, onlyOwnThread = false } = joining;
    const names = listsOf(joining);
    const keys = [created, open, due, threadOwners, notes, lastPosition, ...this.#lists(names)];
    const flags = [renewTime ? '1' : '', threadId, JSON.stringify(owner), onlyOwnThread ? '1' : ''];
    let knownOwner = '';
    for (;;) {
      const args = [workflowId, ...flags, knownOwner, ...names];
      const { outcome, values } = parseReply(await this.#connection.script(ENTER, keys, args));
      if (outcome === 'entered') return z.coerce.number().parse(values[0]);
      if (outcome === 'taken') throw threadTaken(threadId);
      const first = await ownerOf(workflowIdSchema.parse(values[0]));
      // A first workflow that was never created, or is gone, does not claim the thread.
      knownOwner = JSON.stringify(first === undefined ? owner : first);
    }
  }

  /** Enters an existing workflow that the index may have lost. */
  async enterAgain(
    workflowId: WorkflowId,
    found: Listed & { readonly createdAt: number; readonly endedAt: number | null },
  ): Promise<void> {
    const { created, open, due, ended, notes, lastPosition } = this.#keys.index;
    const names = listsOf(found);
    await this.#connection.script(
      ENTER_AGAIN,
      [created, open, due, ended, notes, lastPosition, ...this.#lists(names)],
      [workflowId, found.createdAt, found.endedAt ?? '', ...names],
    );
  }

  /** Puts a workflow of an older Runtape, which had fewer lists, into its lists. */
  async addToLists(workflowId: WorkflowId, listed: Listed): Promise<void> {
    const { created, notes, lastPosition } = this.#keys.index;
    const names = listsOf(listed);
    const keys = [created, notes, lastPosition, ...this.#lists(names)];
    await this.#connection.script(ADD_TO_LISTS, keys, [workflowId, ...names]);
  }

  /** Workflows that are only in the list of all workflows, oldest first. */
  async *unlisted(chunk: number): AsyncGenerator<WorkflowId, void> {
    const { created, notes } = this.#keys.index;
    const [all, listed] = await Promise.all([
      this.#connection.call((redis) => redis.zcard(created)),
      this.#connection.call((redis) => redis.hlen(notes)),
    ]);
    if (listed >= all) return;
    for (let skip = 0; ; skip += chunk) {
      const ids = await this.#connection.call((redis) =>
        redis.zrange(created, skip, String(skip + chunk - 1)),
      );
      if (ids.length === 0) return;
      const noted = await this.#connection.call((redis) => redis.hmget(notes, ...ids));
      yield* ids.filter((_, at) => noted[at] === null).map((id) => workflowIdSchema.parse(id));
    }
  }

  async markEnded(workflowId: WorkflowId, endedAt: number): Promise<void> {
    const { open, due, ended } = this.#keys.index;
    await this.#connection.script(MARK_ENDED, [open, due, ended], [workflowId, endedAt]);
  }

  /** Removes a workflow that was created at this time and is gone. */
  async forget(workflowId: WorkflowId, createdAt: number): Promise<void> {
    await this.#forget(workflowId, String(createdAt));
  }

  /** Removes an entry without a workflow, unless it is new. @returns whether it did. */
  async forgetOrphan(workflowId: WorkflowId): Promise<boolean> {
    return await this.#forget(workflowId, '');
  }

  /**
   * The newest workflows of a selection after a position: at most `count`, but fewer or none when
   * the next ones are far away.
   */
  async newestIn(
    { inAll, inOne }: Selection,
    after: IndexEntry | null,
    count: number,
  ): Promise<IndexPage> {
    if (inAll.length === 1 && inOne.length === 0) {
      const entries = await this.#newestAfter(inAll[0], after, count);
      return { entries, next: entries.length < count ? null : (entries.at(-1) ?? null) };
    }
    const keys = [
      ...inAll.map((which) => this.#newest(which)),
      ...inOne.map((name) => this.#keys.index[name]),
    ];
    const args = [inAll.length, after?.at ?? '', MAX_EXAMINED, count];
    const reply = await this.#connection.script(NEWEST_IN_ALL, keys, args);
    const [found, [last = null]] = indexPageSchema.parse(reply);
    const isBehind = ({ at, workflowId }: IndexEntry) =>
      after === null || at < after.at || (at === after.at && workflowId < after.workflowId);
    const behind = new Map(found.filter(isBehind).map((entry) => [entry.workflowId, entry]));
    const entries = [...behind.values()].toSorted(newestFirst);
    if (entries.length <= count) return { entries, next: last };
    const page = entries.slice(0, count);
    return { entries: page, next: page.at(-1) ?? null };
  }

  /** Entries after a position, newest first; within one millisecond by descending id. */
  async #newestAfter(
    which: Newest,
    after: IndexEntry | null,
    count: number,
  ): Promise<readonly IndexEntry[]> {
    const key = this.#newest(which);
    if (after === null) return this.#range(key, '+inf', '-inf', count);
    const [sameTime, older] = await Promise.all([
      this.#range(key, String(after.at), String(after.at)),
      this.#range(key, `(${after.at}`, '-inf', count),
    ]);
    const behind = sameTime.filter(({ workflowId }) => workflowId < after.workflowId);
    return [...behind, ...older].slice(0, count);
  }

  /** Entries of a list after a score, ascending. */
  async ascendingAfter(list: string, after: number, count: number): Promise<readonly IndexEntry[]> {
    return entriesSchema.parse(
      await this.#connection.call((redis) =>
        redis.zrangebyscore(
          this.#keys.list(list),
          `(${after}`,
          '+inf',
          'WITHSCORES',
          'LIMIT',
          0,
          count,
        ),
      ),
    );
  }

  /**
   * Workflows that are due by a time, longest waiting first, after a position; within one
   * millisecond by ascending id.
   */
  async dueUntil(
    time: number,
    after: IndexEntry | null,
    count: number,
  ): Promise<readonly IndexEntry[]> {
    const { due } = this.#keys.index;
    const most = String(time);
    if (after === null) return this.#rangeUp(due, '-inf', most, count);
    const [sameTime, younger] = await Promise.all([
      this.#rangeUp(due, String(after.at), String(after.at)),
      this.#rangeUp(due, `(${after.at}`, most, count),
    ]);
    const behind = sameTime.filter(({ workflowId }) => workflowId > after.workflowId);
    return [...behind, ...younger].slice(0, count);
  }

  /**
   * Sets the due time to the end of the lease before an attempt begins: if the attempt then fails
   * to begin, the workflow is checked too early rather than never.
   */
  async dueIn(workflowId: WorkflowId, leaseMs: number): Promise<void> {
    const args = [workflowId, Math.ceil(leaseMs)];
    await this.#connection.script(DUE_IN, [this.#keys.index.due], args);
  }

  /** The due time of a workflow, or `null` for never. */
  async dueOf(workflowId: WorkflowId): Promise<number | null> {
    const { due } = this.#keys.index;
    const score = await this.#connection.call((redis) => redis.zscore(due, workflowId));
    return score === null ? null : Number(score);
  }

  async dueAt(workflowId: WorkflowId, time: number): Promise<void> {
    const { due } = this.#keys.index;
    await this.#connection.call((redis) => redis.zadd(due, time, workflowId));
  }

  /** Corrects an entry of `dueUntil`, `null` for never; does nothing if it has changed since. */
  async correctDue({ workflowId, at }: IndexEntry, time: number | null): Promise<void> {
    const args = [workflowId, at, time ?? ''];
    await this.#connection.script(CORRECT_DUE, [this.#keys.index.due], args);
  }

  /** Makes all open workflows due once. */
  async allDue(): Promise<void> {
    const { open, due } = this.#keys.index;
    await this.#connection.script(ALL_DUE, [open, due], []);
  }

  /** Workflows that ended before a time, oldest first. */
  async endedBefore(time: number, { skip, count }: { skip: number; count: number }) {
    return entriesSchema.parse(
      await this.#connection.call((redis) =>
        redis.zrangebyscore(
          this.#keys.index.ended,
          '-inf',
          `(${time}`,
          'WITHSCORES',
          'LIMIT',
          skip,
          count,
        ),
      ),
    );
  }

  async #range(key: string, max: string, min: string, count = -1): Promise<readonly IndexEntry[]> {
    return entriesSchema.parse(
      await this.#connection.call((redis) =>
        redis.zrevrangebyscore(key, max, min, 'WITHSCORES', 'LIMIT', 0, count),
      ),
    );
  }

  async #rangeUp(
    key: string,
    min: string,
    max: string,
    count = -1,
  ): Promise<readonly IndexEntry[]> {
    return entriesSchema.parse(
      await this.#connection.call((redis) =>
        redis.zrangebyscore(key, min, max, 'WITHSCORES', 'LIMIT', 0, count),
      ),
    );
  }

  async #forget(workflowId: WorkflowId, createdAt: string): Promise<boolean> {
    const { created, notes, threadOwners, open, due, ended } = this.#keys.index;
    for (;;) {
      const note = await this.#connection.call((redis) => redis.hget(notes, workflowId));
      const names = note === null ? [] : noteSchema.parse(note);
      const keys = [created, notes, threadOwners, open, due, ended, ...this.#lists(names)];
      const args = [workflowId, createdAt, FORGET_AFTER_MS, note ?? ''];
      const reply = await this.#connection.script(FORGET, keys, args);
      if (reply !== -1) return reply === 1;
    }
  }

  #newest(which: Newest): string {
    return typeof which === 'string' ? this.#keys.index[which] : this.#keys.list(which.list);
  }

  #lists(names: readonly string[]): readonly string[] {
    return names.map((name) => this.#keys.list(name));
  }
}

function newestFirst(a: IndexEntry, b: IndexEntry): number {
  return b.at - a.at || (a.workflowId < b.workflowId ? 1 : -1);
}
