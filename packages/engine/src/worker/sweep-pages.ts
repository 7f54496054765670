import type { EventLog, WorkflowRecord } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

const PAGE_SIZE = 200;
/** Keeps one sweep short, however long the backlog. */
const PAGES_PER_SWEEP = 5;

/**
 * Reads the workflows that no worker runs, a few pages per sweep. The next sweep continues where
 * this one stopped, and after the last page it starts over. So each is checked regularly, whatever
 * the backlog.
 */
export class SweepPages {
  readonly #log: Pick<EventLog, 'orphaned'>;
  #after: string | undefined;
  #seen = new Set<WorkflowId>();

  constructor(log: Pick<EventLog, 'orphaned'>) {
    this.#log = log;
  }

  /**
   * @returns the workflows of this sweep in due order; after the last page also `all` since the
   *    first. @throws EventLogError as `orphaned`.
   */
  async next(): Promise<{
    readonly workflows: readonly WorkflowRecord[];
    readonly all: ReadonlySet<WorkflowId> | null;
  }> {
    const workflows: WorkflowRecord[] = [];
    for (let pages = 0; pages < PAGES_PER_SWEEP; pages += 1) {
      const page = await this.#log.orphaned({ limit: PAGE_SIZE, after: this.#after });
      workflows.push(...page.workflows);
      for (const { workflowId } of page.workflows) this.#seen.add(workflowId);
      this.#after = page.next ?? undefined;
      if (page.next === null) return { workflows, all: this.#beginAgain() };
    }
    return { workflows, all: null };
  }

  #beginAgain(): ReadonlySet<WorkflowId> {
    const all = this.#seen;
    this.#seen = new Set();
    return all;
  }
}
