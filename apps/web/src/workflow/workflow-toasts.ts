import type { RuntapeClientError } from '@runtape/client';
import type { StreamEntry } from '@runtape/events';
import { toast } from 'sonner';
import { formatCost, formatCount } from '../format/money.ts';

/** Who cancels a workflow whose budget is spent. */
const BUDGET = 'budget';

/**
 * Tells of what a person wants to know of even while they look elsewhere. One toast an event, however often it is told.
 * @param cancelledHere whether the one who looks cancelled it: then they know.
 */
export function toastEvent({ id, message }: StreamEntry, cancelledHere: () => boolean): void {
  switch (message.type) {
    case 'workflow:cancelled':
      // That the budget is spent is told already.
      if (message.data.by === BUDGET || cancelledHere()) return;
      toast.info('Someone cancelled the workflow', { id, description: message.data.reason });
      return;
    case 'workflow:completed':
      toast.success('Completed', { id });
      return;
    case 'workflow:failed':
      toast.error('The workflow failed', { id, description: message.data.error.message });
      return;
    case 'workflow:retrying': {
      const { attempt, maxAttempts, reason } = message.data;
      const description = `${reason.message} Trying again, attempt ${attempt} of ${maxAttempts}.`;
      toast.warning('Something went wrong', { id, description });
      return;
    }
    case 'budget:warning':
      toast.warning('Most of the budget is spent', { id, description: spent(message.data) });
      return;
    case 'budget:exceeded':
      toast.error('All of the budget is spent', { id, description: spent(message.data) });
      return;
    default:
  }
}

/** Tells that the page has given up reconnecting. */
export function toastLost(error: RuntapeClientError): void {
  // One that was refused shows as a page of its own.
  if (error.kind === 'refused') return;
  toast.error('The connection is lost', { id: 'connection', description: error.message });
}

interface Spent {
  readonly unit: 'usd' | 'tokens';
  readonly spent: number;
  readonly limit: number;
}

function spent({ unit, spent: sum, limit }: Spent): string {
  return unit === 'usd'
    ? `${formatCost(sum)} of ${formatCost(limit)}.`
    : `${formatCount(sum)} of ${formatCount(limit)} tokens.`;
}
