import { decodeEvent, formatEventId, type WorkflowId } from '@runtape/events';
import type { CommandEntry } from '../command.ts';
import type { Entry, Watcher, WorkflowRecord } from '../event-log.ts';
import { unknownWorkflow } from '../refusals.ts';
import { Watchers } from '../watchers.ts';

/** All of one workflow. Events and steps are kept as JSON, as a real store would, so that nothing is shared with a caller. */
export interface StoredWorkflow {
  record: WorkflowRecord;
  /** In which life of the store an attempt last held it. */
  life: number;
  readonly idempotencyKey: string | undefined;
  readonly events: string[];
  readonly steps: Map<string, string>;
  readonly commands: CommandEntry[];
}

/** What in-memory logs share: two logs on one store behave like two processes on one database. */
export class MemoryStore {
  readonly workflows = new Map<WorkflowId, StoredWorkflow>();
  readonly byKey = new Map<string, StoredWorkflow>();
  readonly watchers = new Set<Watchers<Watcher>>();
  readonly commandWatchers = new Set<Watchers<() => void>>();
  /** Counts up whenever it loses something. */
  life = 1;

  /**
   * Notes what there is.
   * @returns what loses everything since, as a store does that comes back after a loss of power.
   */
  mark(): () => void {
    const noted = [...this.workflows.values()].map(copyOf);
    return () => {
      this.life += 1;
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
  entries({ record, events }: StoredWorkflow, after: number, limit: number): readonly Entry[] {
    return events.slice(after, after + limit).map((event, index) => {
      const seq = after + index + 1;
      const id = formatEventId({ incarnation: record.incarnation, seq });
      return { id, seq, event: decodeEvent(JSON.parse(event)) };
    });
  }

  announce(workflowId: WorkflowId, entries: readonly Entry[]): void {
    for (const watchers of this.watchers) {
      watchers.tell(workflowId, (watcher) => watcher.entries(entries));
    }
  }

  announceCommand(workflowId: WorkflowId): void {
    for (const watchers of this.commandWatchers) watchers.tell(workflowId, (wake) => wake());
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
