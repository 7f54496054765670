import {
  type EventId,
  eventIdSchema,
  formatEventId,
  parseEventId,
  type StreamMessage,
  type WorkflowId,
  workflowIdSchema,
} from '@runtape/events';
import { z } from 'zod';
import { type Admission, CursorGuard } from './cursor-guard.ts';

/** What happened in one of a thread's workflows. */
export interface ThreadEntry {
  /**
   * In the thread: pass it as `after` to go on after this entry. It covers all workflows of the
   * thread.
   */
  readonly cursor: string;
  readonly workflowId: WorkflowId;
  /** In the workflow. */
  readonly id: EventId;
  /** A `reset` replaces what there was of this workflow, and of no other. */
  readonly message: StreamMessage;
}

const threadMessageSchema = z.object({
  workflowId: workflowIdSchema,
  id: eventIdSchema,
  message: z.unknown(),
});

const failureSchema = z.object({
  workflowId: workflowIdSchema,
  error: z.object({ code: z.string(), message: z.string() }),
});

/**
 * Keeps the cursor of a thread, and lets each event of each of its workflows pass once and in
 * order.
 */
export class ThreadGuard {
  #cursor: string | null;
  /** A thread that is followed from its start is followed from the start of each workflow. */
  readonly #fromStart: boolean;
  readonly #guards = new Map<WorkflowId, CursorGuard>();
  /** Told of already: who comes back is told again each time. */
  readonly #unreadable = new Set<WorkflowId>();

  constructor(cursor: string | null) {
    this.#cursor = cursor;
    this.#fromStart = cursor === null;
  }

  /** That of the last entry that passed or was skipped. */
  get cursor(): string | null {
    return this.#cursor;
  }

  admit(cursor: string, data: unknown): Admission<ThreadEntry> {
    const parsed = threadMessageSchema.safeParse(data);
    if (!parsed.success) {
      const failure = failureSchema.safeParse(data);
      if (failure.success) return this.#admitFailure(failure.data);
      this.#goTo(cursor);
      const message = 'An event could not be read and was skipped.';
      const problem = { kind: 'malformed', id: cursor, message, cause: parsed.error } as const;
      return { kind: 'skipped', problem };
    }
    const { workflowId, id, message } = parsed.data;
    const admission = this.#guardOf(workflowId, id).admit(id, message);
    // Something before it is missing: it is asked for after the last one that passed.
    if (admission.kind === 'gap') return admission;
    this.#goTo(cursor);
    this.#unreadable.delete(workflowId);
    if (admission.kind !== 'entry') return admission;
    return { ...admission, entry: { cursor, workflowId, ...admission.entry } };
  }

  /** The cursor stays where it is: what cannot be read now may come another time. */
  #admitFailure({ workflowId, error }: z.infer<typeof failureSchema>): Admission<ThreadEntry> {
    if (this.#unreadable.has(workflowId)) return { kind: 'repeated' };
    this.#unreadable.add(workflowId);
    const { message } = error;
    const problem = { kind: 'unreadable', id: workflowId, message, cause: error } as const;
    return { kind: 'skipped', problem };
  }

  #goTo(cursor: string): void {
    if (cursor !== '') this.#cursor = cursor;
  }

  /**
   * Where a workflow stood in the cursor that one came with is not known; where its first event
   * stands is.
   */
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
