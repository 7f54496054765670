import type { WorkflowRecord } from '@runtape/event-log';
import { addUsage, type WorkflowSummary } from '@runtape/events';
import type { Spent } from '../spent.ts';

/** Before anything was spent: no model was asked, so nothing is unknown. */
export const NOTHING: Spent = { usage: null, cost: 0 };

/** Adds two sums. A cost that is not known makes the sum unknown. */
export function addSpent(a: Spent, b: Spent): Spent {
  return {
    usage: addUsage(a.usage, b.usage),
    cost: a.cost === null || b.cost === null ? null : a.cost + b.cost,
  };
}

/** What a workflow has spent over all its attempts, whether or not they got anywhere: that is what is paid. */
export function spentBefore({ summary }: Pick<WorkflowRecord, 'summary'>): Spent {
  return {
    usage: summary.usage ?? NOTHING.usage,
    cost: summary.cost === undefined ? NOTHING.cost : summary.cost,
  };
}

/** How a sum shows in lists. */
export function inSummary({ usage, cost }: Spent): Partial<WorkflowSummary> {
  return { cost, ...(usage !== null && { usage }) };
}
