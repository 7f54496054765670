import type { CursorMismatchReason, Entry } from '@runtape/event-log';
import type { EventId, WorkflowId } from '@runtape/events';
import type { FanOut } from '@runtape/fan-out';

export interface ReaderOptions {
  readonly after?: EventId | null;
  readonly pageSize?: number;
  /** Called before the next batch is requested; the reader waits for it. */
  readonly pace?: () => Promise<void>;
}

/** Reads to the end and records what it receives. */
export class Reader {
  readonly entries: Entry[] = [];
  /** Entries per batch. */
  readonly batches: number[] = [];
  mismatch: CursorMismatchReason | null = null;
  isDone = false;
  readonly #abort = new AbortController();
  /** Settles when the stream ends, and rejects if it fails. */
  readonly done: Promise<void>;

  constructor(fanOut: FanOut, workflowId: WorkflowId, options: ReaderOptions = {}) {
    this.done = this.#read(fanOut, workflowId, options);
    // A test that expects the rejection awaits `done`; the other tests ignore it.
    this.done.catch(() => {});
  }

  stop(reason?: unknown): void {
    this.#abort.abort(reason);
  }

  /** The numbers of all received entries, including those that were merged into one. */
  get seen(): readonly number[] {
    return this.entries.flatMap(numbersIn);
  }

  async #read(
    fanOut: FanOut,
    workflowId: WorkflowId,
    { after = null, pageSize = 500, pace }: ReaderOptions,
  ): Promise<void> {
    const { signal } = this.#abort;
    for await (const batch of fanOut.read(workflowId, { after, signal, pageSize })) {
      if (batch.kind === 'mismatch') {
        this.mismatch = batch.reason;
      } else {
        this.entries.push(...batch.entries);
        this.batches.push(batch.entries.length);
      }
      await pace?.();
    }
    this.isDone = true;
  }
}

/**
 * The numbers that an entry covers. Deliberately none when the id of a merged entry is not that of
 * its last token.
 */
export function numbersIn({ seq, event }: Entry): readonly number[] {
  if (event.type !== 'token') return [seq];
  const numbers = [...event.data.content.matchAll(/\[(\d+)\]/g)].map(([, digits]) =>
    Number(digits),
  );
  return numbers.at(-1) === seq ? numbers : [];
}

/** The numbers from one to another, both included. */
export const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
