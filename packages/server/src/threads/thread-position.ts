import { type EventId, isTerminal, type WorkflowId } from '@runtape/events';
import type { StreamChunk } from '../read/stream-workflow.ts';
import type { ThreadItem } from './thread-item.ts';
import { formatThreadCursor, type ThreadCursor, type ThreadCursorEntry } from './thread-cursor.ts';

interface Standing extends ThreadCursorEntry {
  readonly isDone: boolean;
}

/** Tracks what the reader of a thread has received. */
export class ThreadPosition {
  readonly #threadId: string;
  #place: number;
  readonly #standings = new Map<WorkflowId, Standing>();

  constructor(threadId: string, { place, entries }: ThreadCursor) {
    this.#threadId = threadId;
    this.#place = place;
    for (const entry of entries) this.#standings.set(entry.workflowId, { ...entry, isDone: false });
  }

  /** All workflows up to this place are complete or named in the cursor. */
  get place(): number {
    return this.#place;
  }

  /** The workflows that may have more to read or are above `place`. */
  entries(): readonly ThreadCursorEntry[] {
    return [...this.#standings.values()];
  }

  has(workflowId: WorkflowId): boolean {
    return this.#standings.has(workflowId);
  }

  /** Adds a workflow that is about to be read from its start. */
  begin(workflowId: WorkflowId, place: number): void {
    this.#standings.set(workflowId, { workflowId, after: null, place, isDone: false });
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
    const standing = this.#standings.get(workflowId);
    if (standing !== undefined) this.#set({ ...standing, isDone: true });
  }

  /** Called when all workflows up to a place were started. */
  settle(place: number): void {
    if (place <= this.#place) return;
    this.#place = place;
    for (const standing of this.#standings.values()) this.#set(standing);
  }

  get cursor(): string {
    return formatThreadCursor(this.#threadId, { place: this.#place, entries: this.entries() });
  }

  /** Records that the reader has a workflow up to an event, or to its end. */
  #reach(workflowId: WorkflowId, after: EventId, { isDone }: { isDone: boolean }): void {
    const standing = this.#standings.get(workflowId);
    if (standing !== undefined) this.#set({ ...standing, after, isDone });
  }

  /**
   * Once a workflow is not above the cursor's place, its own place is redundant, and a complete
   * workflow need not be named.
   */
  #set({ place, ...standing }: Standing): void {
    const isAbove = place !== null && place > this.#place;
    if (standing.isDone && !isAbove) this.#standings.delete(standing.workflowId);
    else this.#standings.set(standing.workflowId, { ...standing, place: isAbove ? place : null });
  }
}
