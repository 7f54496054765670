import { type EventId, isTerminal, type WorkflowId } from '@runtape/events';
import type { StreamChunk } from '../streams/stream-workflow.ts';
import type { ThreadItem } from './thread-item.ts';
import { formatThreadCursor, type ThreadCursor, type ThreadCursorEntry } from './thread-cursor.ts';

interface Standing extends ThreadCursorEntry {
  readonly isDone: boolean;
}

/** What the reader of a thread has, as the stream goes on. */
export class ThreadPosition {
  readonly #threadId: string;
  #place: number;
  readonly #standings = new Map<WorkflowId, Standing>();

  constructor(threadId: string, { place, entries }: ThreadCursor) {
    this.#threadId = threadId;
    this.#place = place;
    for (const entry of entries) this.#standings.set(entry.workflowId, { ...entry, isDone: false });
  }

  /** Everybody up to this place is done with, or stands in the cursor. */
  get place(): number {
    return this.#place;
  }

  /** Those of whom there may be more to read. */
  entries(): readonly ThreadCursorEntry[] {
    return [...this.#standings.values()];
  }

  has(workflowId: WorkflowId): boolean {
    return this.#standings.has(workflowId);
  }

  /** A workflow is about to be read, from its start. */
  begin(workflowId: WorkflowId, place: number): void {
    this.#standings.set(workflowId, { workflowId, after: null, place, isDone: false });
  }

  /** What comes next of one workflow, each with the cursor that the reader has when it has that. */
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

  /** There is nothing more of a workflow. */
  end(workflowId: WorkflowId): void {
    const standing = this.#standings.get(workflowId);
    if (standing !== undefined) this.#set({ ...standing, isDone: true });
  }

  /** All up to a place have begun. */
  settle(place: number): void {
    if (place <= this.#place) return;
    this.#place = place;
    for (const standing of this.#standings.values()) this.#set(standing);
  }

  get cursor(): string {
    return formatThreadCursor(this.#threadId, { place: this.#place, entries: this.entries() });
  }

  /** The reader has a workflow up to an event, or to its end. */
  #reach(workflowId: WorkflowId, after: EventId, { isDone }: { isDone: boolean }): void {
    const standing = this.#standings.get(workflowId);
    if (standing !== undefined) this.#set({ ...standing, after, isDone });
  }

  /**
   * A place says nothing once it is below the cursor's, and who is done there need not be named.
   */
  #set({ place, ...standing }: Standing): void {
    const isAbove = place !== null && place > this.#place;
    if (standing.isDone && !isAbove) this.#standings.delete(standing.workflowId);
    else this.#standings.set(standing.workflowId, { ...standing, place: isAbove ? place : null });
  }
}
