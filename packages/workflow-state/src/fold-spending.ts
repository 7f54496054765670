import type { Usage, WorkflowEvent, WorkflowSnapshot } from '@runtape/events';

type Spending = WorkflowSnapshot['spending'];

/**
 * Returns the spending of a workflow with a budget: the first event has the limits, the last one
 * the total, and the events between have the amount so far.
 */
export function foldSpending(spending: Spending, event: WorkflowEvent): Spending {
  if (event.type === 'workflow:started') return initialSpending(event.data.budget);
  if (spending === null) return null;
  const { usage = spending.usage, cost = spending.cost } = spentBy(event);
  return usage === spending.usage && cost === spending.cost
    ? spending
    : { ...spending, usage, cost };
}

/** At the start the cost is zero, not unknown. */
function initialSpending(limits: NonNullable<Spending>['limits'] | undefined): Spending {
  return limits === undefined ? null : { limits, usage: null, cost: 0 };
}

interface SpentSoFar {
  readonly usage?: Usage | null | undefined;
  readonly cost?: number | null | undefined;
}

function spentBy(event: WorkflowEvent): SpentSoFar {
  switch (event.type) {
    case 'workflow:completed':
    case 'workflow:failed':
    case 'workflow:cancelled':
      return event.data;
    default:
      return event.metadata?.spent ?? {};
  }
}
