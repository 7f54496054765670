import type { StatementSync } from 'node:sqlite';
import {
  checkThreadRange,
  type ThreadPage,
  threadPage,
  type ThreadRange,
  Watchers,
} from '@runtape/event-log';
import type { Store } from './database/store.ts';
import type { Dependencies } from './sqlite-event-log.ts';
import { memberSchema, newestSchema } from './tables/rows.ts';
import { SELECT_RECORDS } from './tables/workflow-table.ts';

/** Selects the workflows of a thread in order after a position. */
export const THREAD_SQL = `
  ${SELECT_RECORDS} WHERE thread_id = ? AND place > ? ORDER BY place LIMIT ?`;

export async function thread(
  { store, selectThread }: Dependencies,
  threadId: string,
  range: ThreadRange,
): Promise<ThreadPage> {
  return await store.read(() => {
    checkThreadRange(range);
    const { after, limit } = range;
    const found = selectThread.all(threadId, after, limit + 1);
    return threadPage(
      found.map((row) => memberSchema.parse(row)),
      range,
    );
  });
}

interface NewestWorkflow {
  readonly row: number;
  readonly workflowId: string;
  readonly threadId: string | null;
}

/** If more workflows have joined since the last poll, all watchers are woken. */
const MAX_JOINED = 500;

/** The position before the first workflow of a store. */
const BEFORE_FIRST: NewestWorkflow = { row: 0, workflowId: '', threadId: null };

export interface ThreadWatchOptions {
  readonly store: Store;
  readonly onError: ((error: unknown) => void) | undefined;
  /** Called when a thread is no longer watched. */
  readonly onEmpty: () => void;
}

/** Wakes watchers of threads when workflows join. */
export class ThreadWatch {
  readonly #store: Store;
  readonly #watchers: Watchers<() => void>;
  readonly #selectNewest: StatementSync;
  readonly #selectFrom: StatementSync;
  /** The newest workflow at the last poll; `null` while there are no watchers. */
  #newest: NewestWorkflow | null = null;

  constructor({ store, onError, onEmpty }: ThreadWatchOptions) {
    this.#store = store;
    this.#watchers = new Watchers({
      onError,
      onEmpty: () => {
        if (this.#watchers.isEmpty) this.#newest = null;
        onEmpty();
      },
    });
    const columns = 'SELECT workflow, workflow_id, thread_id FROM workflows';
    this.#selectNewest = store.prepare(`${columns} ORDER BY workflow DESC LIMIT 1`);
    this.#selectFrom = store.prepare(
      `${columns} WHERE workflow >= ? ORDER BY workflow LIMIT ${MAX_JOINED + 1}`,
    );
  }

  get isEmpty(): boolean {
    return this.#watchers.isEmpty;
  }

  /** To be used inside a transaction. */
  watch(threadId: string, wake: () => void, signal: AbortSignal): void {
    signal.throwIfAborted();
    this.#newest ??= this.#readNewest();
    this.#watchers.add(threadId, wake, signal);
  }

  /** Call it after this connection has created a workflow. */
  joined(threadId: string | null): void {
    if (threadId !== null) this.#watchers.notify(threadId, (wake) => wake());
  }

  /** Call it after other connections may have created workflows. */
  poll(): void {
    if (this.#newest === null) return;
    for (const threadId of this.#threadsSince(this.#newest)) this.joined(threadId);
  }

  close(): void {
    this.#watchers.close();
  }

  #readNewest(): NewestWorkflow {
    const row = this.#selectNewest.get();
    return row === undefined ? BEFORE_FIRST : toNewest(row);
  }

  /** The threads that workflows have joined since; all watched threads if these are unknown. */
  #threadsSince(newest: NewestWorkflow): Iterable<string | null> {
    try {
      const rows = this.#store.readNow(() => this.#selectFrom.all(newest.row));
      if (rows.length > MAX_JOINED) {
        this.#newest = this.#store.readNow(() => this.#readNewest());
        return this.#watchers.keys();
      }
      const [first, ...rest] = [
        ...(newest === BEFORE_FIRST ? [BEFORE_FIRST] : []),
        ...rows.map(toNewest),
      ];
      this.#newest = rest.at(-1) ?? first ?? newest;
      // SQLite reuses the number of the last row after its removal.
      if (first?.workflowId !== newest.workflowId) return this.#watchers.keys();
      return new Set(rest.map(({ threadId }) => threadId));
    } catch {
      // The woken watchers encounter the error when they read.
      return this.#watchers.keys();
    }
  }
}

function toNewest(row: unknown): NewestWorkflow {
  return newestSchema.parse(row);
}
