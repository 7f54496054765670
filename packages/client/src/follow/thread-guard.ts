import {
  type Decoded,
  decodeShape,
  type EventId,
  formatEventId,
  matchShape,
  parseEventId,
  type StreamMessage,
  type WorkflowId,
} from '@runtape/events';
import { CursorGuard, type Verdict } from './cursor-guard.ts';

/** An event of one of a thread's workflows. */
export interface ThreadEntry {
  /**
   * The position in the thread: pass it as `after` to continue after this entry. It covers all
   * workflows of the thread.
   */
  readonly cursor: string;
  readonly workflowId: WorkflowId;
  /** The position in the workflow. */
  readonly id: EventId;
  /** A `reset` discards the earlier events of this workflow only. */
  readonly message: StreamMessage;
}

const threadMessage = {
  object: { workflowId: 'workflowId', id: 'eventId', message: 'unknown' },
} as const;

const threadFailure = {
  object: { workflowId: 'workflowId', error: { object: { code: 'string', message: 'string' } } },
} as const;

/**
 * Tracks the cursor of a thread and accepts each event of each of its workflows once and in order.
 */
export class ThreadGuard {
  #cursor: string | null;
  /** Whether the thread is followed from its start, and so each of its workflows too. */
  readonly #fromStart: boolean;
  readonly #guards = new Map<WorkflowId, CursorGuard>();
  /** Workflows already reported as unreadable: the server repeats the error on every reconnect. */
  readonly #unreadable = new Set<WorkflowId>();

  constructor(cursor: string | null) {
    this.#cursor = cursor;
    this.#fromStart = cursor === null;
  }

  /** The cursor of the last entry that was accepted or skipped. */
  get cursor(): string | null {
    return this.#cursor;
  }

  check(cursor: string, data: unknown): Verdict<ThreadEntry> {
    let entry: Decoded<typeof threadMessage>;
    try {
      entry = decodeShape(threadMessage, data);
    } catch (cause) {
      const failure = matchShape(threadFailure, data);
      if (failure !== null) return this.#checkFailure(failure);
      this.#moveTo(cursor);
      const message = 'An event could not be read and was skipped.';
      return { kind: 'skipped', problem: { kind: 'malformed', id: cursor, message, cause } };
    }
    const { workflowId, id, message } = entry;
    const verdict = this.#guardOf(workflowId, id).check(id, message);
    // An earlier event is missing; the next connection requests it from the current cursor.
    if (verdict.kind === 'gap') return verdict;
    this.#moveTo(cursor);
    this.#unreadable.delete(workflowId);
    if (verdict.kind !== 'entry') return verdict;
    return { ...verdict, entry: { cursor, workflowId, ...verdict.entry } };
  }

  /** Does not move the cursor: the workflow may be readable again later. */
  #checkFailure({ workflowId, error }: Decoded<typeof threadFailure>): Verdict<ThreadEntry> {
    if (this.#unreadable.has(workflowId)) return { kind: 'repeated' };
    this.#unreadable.add(workflowId);
    const { message } = error;
    const problem = { kind: 'unreadable', id: workflowId, message, cause: error } as const;
    return { kind: 'skipped', problem };
  }

  #moveTo(cursor: string): void {
    if (cursor !== '') this.#cursor = cursor;
  }

  /** The initial cursor is opaque, so a workflow's position is taken from its first event. */
  #guardOf(workflowId: WorkflowId, id: EventId): CursorGuard {
    const known = this.#guards.get(workflowId);
    if (known !== undefined) return known;
    const guard = new CursorGuard(this.#fromStart ? null : justBefore(id));
    this.#guards.set(workflowId, guard);
    return guard;
  }
}

function justBefore(id: EventId): EventId | null {
  const parts = parseEventId(id);
  return parts === null || parts.seq === 0 ? null : formatEventId({ ...parts, seq: parts.seq - 1 });
}
