import { decodeStoredEvent, formatEventId, type WorkflowId } from '@runtape/events';
import type { CommandEntry } from '../port/commands.ts';
import { type Entry, type ReadRange, takePage, type WorkflowRecord } from '../port/read.ts';
import type { ThreadMember } from '../port/threads.ts';
import { type Watcher, Watchers } from '../port/watch.ts';
import type { JsonValue } from '../json.ts';
import type { SegmentWriter } from '../segments/segment-writer.ts';
import type { Segment } from '../port/segments.ts';
import { unknownWorkflow } from '../errors.ts';

/**
 * All data of one workflow. Events and steps are kept as JSON, as a real store would, so that no
 * object is shared with a caller.
 */
export interface StoredWorkflow {
  record: WorkflowRecord;
  readonly input: JsonValue;
  /** The position in its thread. */
  readonly position: number;
  /** The epoch of the store in which an attempt last held the log. */
  epoch: number;
  readonly idempotencyKey: string | undefined;
  readonly events: string[];
  segments: readonly Segment[];
  readonly steps: Map<string, string>;
  readonly commands: CommandEntry[];
}

/** The dependencies of the operations of one log. */
export interface Dependencies {
  readonly store: MemoryStore;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  readonly segmentWriter: SegmentWriter;
}

/** The store of in-memory logs: two logs on one store behave like two processes on one database. */
export class MemoryStore {
  readonly workflows = new Map<WorkflowId, StoredWorkflow>();
  readonly byKey = new Map<string, StoredWorkflow>();
  readonly watchers = new Set<Watchers<Watcher>>();
  readonly commandWatchers = new Set<Watchers<() => void>>();
  readonly threadWatchers = new Set<Watchers<() => void>>();

  /** The last assigned position in a thread. */
  lastPosition = 0;
  /** Incremented whenever the store loses data. */
  epoch = 1;

  /**
   * Records the current state.
   * @returns a function that loses everything since, as a store does after a power failure.
   */
  mark(): () => void {
    const noted = [...this.workflows.values()].map(copyOf);
    return () => {
      this.epoch += 1;
      this.workflows.clear();
      this.byKey.clear();
      for (const stored of noted.map(copyOf)) this.add(stored);
    };
  }

  add(stored: StoredWorkflow): void {
    this.workflows.set(stored.record.workflowId, stored);
    if (stored.idempotencyKey !== undefined) this.byKey.set(stored.idempotencyKey, stored);
  }

  find(workflowId: WorkflowId): StoredWorkflow {
    const found = this.workflows.get(workflowId);
    if (found === undefined) throw unknownWorkflow(workflowId);
    return found;
  }

  /** The entries after a seq. */
  entries({ record, events }: StoredWorkflow, range: ReadRange): readonly Entry[] {
    const { after, limit } = range;
    const stored = events.slice(after, after + limit);
    return [...takePage(stored, range, ({ length }) => length)].map((event, index) => {
      const seq = after + index + 1;
      const id = formatEventId({ incarnation: record.incarnation, seq });
      return { id, seq, event: decodeStoredEvent(event) };
    });
  }

  announce(workflowId: WorkflowId, entries: readonly Entry[]): void {
    for (const watchers of this.watchers) {
      watchers.notify(workflowId, (watcher) => watcher.entries(entries));
    }
  }

  announceCommand(workflowId: WorkflowId): void {
    for (const watchers of this.commandWatchers) watchers.notify(workflowId, (wake) => wake());
  }

  /** The members of a thread, in the order in which they joined. */
  members(threadId: string | null): readonly ThreadMember[] {
    if (threadId === null) return [];
    return [...this.workflows.values()]
      .filter(({ record }) => record.threadId === threadId)
      .toSorted((a, b) => a.position - b.position);
  }

  announceMember(threadId: string): void {
    for (const watchers of this.threadWatchers) watchers.notify(threadId, (wake) => wake());
  }

  remove(stored: StoredWorkflow): void {
    this.workflows.delete(stored.record.workflowId);
    if (stored.idempotencyKey !== undefined) this.byKey.delete(stored.idempotencyKey);
  }
}

/** Records are never changed, only replaced. */
function copyOf(stored: StoredWorkflow): StoredWorkflow {
  const { events, steps, commands } = stored;
  return { ...stored, events: [...events], steps: new Map(steps), commands: [...commands] };
}
