import type { WorkflowRecord } from '@runtape/event-log';
import { addUsage, type Usage, type WorkflowSummary } from '@runtape/events';
import type { Spent } from '../workflow-context.ts';

/** What a workflow has spent over all its attempts, whether or not they got anywhere: that is what is paid. */
export class Spending {
  #usage: Usage | null;
  #cost: number | null;

  constructor({ summary }: Pick<WorkflowRecord, 'summary'>) {
    this.#usage = summary.usage ?? null;
    this.#cost = summary.cost === undefined ? 0 : summary.cost;
  }

  get total(): Spent {
    return { usage: this.#usage, cost: this.#cost };
  }

  /** @returns how the sum shows in lists. */
  add({ usage, cost }: Spent): Partial<WorkflowSummary> {
    this.#usage = addUsage(this.#usage, usage);
    this.#cost = this.#cost === null || cost === null ? null : this.#cost + cost;
    return { cost: this.#cost, ...(this.#usage !== null && { usage: this.#usage }) };
  }
}
