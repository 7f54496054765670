import { type EventId, isTerminal, type WorkflowId } from '@runtape/events';
import type { StreamChunk } from '../read/stream-workflow.ts';
import type { ThreadItem } from './thread-item.ts';
import { formatThreadCursor, type ThreadCursor, type ThreadCursorEntry } from './thread-cursor.ts';

interface MemberCursor extends ThreadCursorEntry {
  readonly isDone: boolean;
}

/** Tracks what the reader of a thread has received. */
export class ThreadPosition {
  readonly #threadId: string;
  #position: number;
  readonly #members = new Map<WorkflowId, MemberCursor>();

  constructor(threadId: string, { position, entries }: ThreadCursor) {
    this.#threadId = threadId;
    this.#position = position;
    for (const entry of entries) this.#members.set(entry.workflowId, { ...entry, isDone: false });
  }

  /** All workflows up to this position are complete or named in the cursor. */
  get position(): number {
    return this.#position;
  }

  /** The workflows that may have more to read or are above `position`. */
  entries(): readonly ThreadCursorEntry[] {
    return [...this.#members.values()];
  }

  has(workflowId: WorkflowId): boolean {
    return this.#members.has(workflowId);
  }

  /** Adds a workflow that is about to be read from its start. */
  begin(workflowId: WorkflowId, position: number): void {
    this.#members.set(workflowId, { workflowId, after: null, position, isDone: false });
  }

  /** Makes the items of a chunk, each with the cursor that the reader has after it. */
  advance(workflowId: WorkflowId, chunk: StreamChunk): readonly ThreadItem[] {
    if (chunk.kind !== 'entries') {
      const { id, message } = chunk;
      this.#reach(workflowId, id, { isDone: false });
      if (message.type === 'cursor') return [];
      return [{ kind: 'message', workflowId, id, cursor: this.cursor, message }];
    }
    return chunk.entries.map(({ id, event }) => {
      this.#reach(workflowId, id, { isDone: isTerminal(event) });
      return { kind: 'message', workflowId, id, cursor: this.cursor, message: event };
    });
  }

  /** Marks a workflow as complete. */
  end(workflowId: WorkflowId): void {
    const member = this.#members.get(workflowId);
    if (member !== undefined) this.#set({ ...member, isDone: true });
  }

  /** Called when all workflows up to a position were started. */
  coverUpTo(position: number): void {
    if (position <= this.#position) return;
    this.#position = position;
    for (const member of this.#members.values()) this.#set(member);
  }

  get cursor(): string {
    return formatThreadCursor(this.#threadId, {
      position: this.#position,
      entries: this.entries(),
    });
  }

  /** Records that the reader has a workflow up to an event, or to its end. */
  #reach(workflowId: WorkflowId, after: EventId, { isDone }: { isDone: boolean }): void {
    const member = this.#members.get(workflowId);
    if (member !== undefined) this.#set({ ...member, after, isDone });
  }

  /**
   * Once a workflow is not above the cursor's position, its own position is redundant, and a
   * complete workflow need not be named.
   */
  #set({ position, ...member }: MemberCursor): void {
    const isAbove = position !== null && position > this.#position;
    if (member.isDone && !isAbove) this.#members.delete(member.workflowId);
    else this.#members.set(member.workflowId, { ...member, position: isAbove ? position : null });
  }
}
