import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import type { Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { ENTER, FORGET, SETTLE } from './scripts/index-entries.ts';

/** An entry without a workflow stays so long, in ms: the workflow may be about to be created. */
const FORGET_AFTER_MS = 60_000;

/** A place in one of the sorted sets. */
export interface IndexEntry {
  readonly workflowId: WorkflowId;
  /** The time it is sorted by, in ms since 1970. */
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

/**
 * Which workflows there are. It lies on another node than most workflows, so it is not changed together with them, and is a
 * guess that errs on one side: an entry is made before its workflow and removed after it. Who reads it looks at the workflow.
 */
export class WorkflowIndex {
  readonly #connection: Connection;
  readonly #keys: Keys['index'];

  constructor(connection: Connection, { index }: Keys) {
    this.#connection = connection;
    this.#keys = index;
  }

  /** Enters a workflow that is about to be created, `anew` with the time of now when its entry grew too old. @returns when it is created. */
  async enter(workflowId: WorkflowId, { anew }: { anew: boolean }): Promise<number> {
    const { created, open } = this.#keys;
    const reply = await this.#connection.script(
      ENTER,
      [created, open],
      [workflowId, anew ? '1' : ''],
    );
    return z.coerce.number().parse(reply);
  }

  /** Notes that a workflow has ended. */
  async settle(workflowId: WorkflowId, endedAt: number): Promise<void> {
    const { open, ended } = this.#keys;
    await this.#connection.script(SETTLE, [open, ended], [workflowId, endedAt]);
  }

  /** Removes what was created then and is gone. */
  async forget(workflowId: WorkflowId, createdAt: number): Promise<void> {
    await this.#forget(workflowId, String(createdAt));
  }

  /** Removes an entry that has no workflow, unless it is new. @returns whether it did. */
  async forgetOrphan(workflowId: WorkflowId): Promise<boolean> {
    return await this.#forget(workflowId, '');
  }

  /** Newest first, from after a place: of one millisecond by id downwards. */
  async newestAfter(
    which: 'created' | 'open',
    after: IndexEntry | null,
    count: number,
  ): Promise<readonly IndexEntry[]> {
    const key = this.#keys[which];
    if (after === null) return this.#range(key, '+inf', '-inf', count);
    const [sameTime, older] = await Promise.all([
      this.#range(key, String(after.at), String(after.at)),
      this.#range(key, `(${after.at}`, '-inf', count),
    ]);
    const behind = sameTime.filter(({ workflowId }) => workflowId < after.workflowId);
    return [...behind, ...older].slice(0, count);
  }

  /** Those that may be open, oldest first. */
  async oldestOpen(skip: number, count: number): Promise<readonly IndexEntry[]> {
    return entriesSchema.parse(
      await this.#connection.call((redis) =>
        redis.zrange(this.#keys.open, skip, String(skip + count - 1), 'WITHSCORES'),
      ),
    );
  }

  /** Those that ended before a time, oldest first. */
  async endedBefore(time: number, { skip, count }: { skip: number; count: number }) {
    return entriesSchema.parse(
      await this.#connection.call((redis) =>
        redis.zrangebyscore(
          this.#keys.ended,
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

  async #forget(workflowId: WorkflowId, createdAt: string): Promise<boolean> {
    const { created, open, ended } = this.#keys;
    const args = [workflowId, createdAt, FORGET_AFTER_MS];
    return (await this.#connection.script(FORGET, [created, open, ended], args)) === 1;
  }
}
