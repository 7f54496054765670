import type { EventData, WorkflowEvent, WorkflowSnapshot } from '@runtape/events';

/** The current activity of a workflow as one sentence. */
export interface Progress {
  /** The name of the stage, for programs. */
  readonly stage: string;
  readonly message: string;
  /** The progress of the stage, 0 to 1, if it is known. */
  readonly progress?: number | undefined;
}

/** The events that `describeEvent` describes, except those of a retry. */
export const progressTypes: readonly WorkflowEvent['type'][] = [
  'status',
  'workflow:started',
  'workflow:paused',
  'workflow:resumed',
  'agent:started',
  'agent:progress',
  'agent:failed',
  'budget:warning',
  'budget:exceeded',
];

/** @returns `null` for an event that is not worth a line */
export function describeEvent({ type, data }: WorkflowEvent): Progress | null {
  switch (type) {
    case 'status':
      return { stage: data.stage, message: data.message, progress: data.progress };
    case 'workflow:started':
      return { stage: 'started', message: started(data) };
    case 'workflow:paused':
      return { stage: 'paused', message: 'Paused.' };
    case 'workflow:resumed':
      return { stage: 'resumed', message: 'Resumed; waiting for a worker.' };
    case 'workflow:retrying':
      return retrying(data.attempt, data.maxAttempts, data.reason.message);
    case 'agent:started':
      return { stage: `agent:${data.agentId}`, message: `${data.name} (${data.role}) began.` };
    case 'agent:progress':
      return data.message === undefined
        ? null
        : { stage: `agent:${data.agentId}`, message: data.message, progress: data.progress };
    case 'agent:failed':
      return { stage: `agent:${data.agentId}`, message: data.error.message };
    case 'budget:warning':
      return { stage: 'budget', message: spent('Most', data) };
    case 'budget:exceeded':
      return { stage: 'budget', message: spent('All', data) };
    default:
      return null;
  }
}

/** Describes the current state of a workflow. */
export function describeSnapshot(snapshot: WorkflowSnapshot): Progress {
  const { status, retry, attempt, maxAttempts, statuses } = snapshot;
  if (retry !== null) return retrying(attempt + 1, maxAttempts, retry.reason.message);
  const last = statuses.at(-1);
  if (last === undefined) return { stage: status, message: sentences[status] };
  return { stage: last.stage, message: last.message, progress: last.progress };
}

const sentences: Readonly<Record<WorkflowSnapshot['status'], string>> = {
  queued: 'Waiting for a worker.',
  running: 'Running.',
  paused: 'Paused.',
  retrying: 'Waiting for the next attempt.',
  completed: 'Completed.',
  failed: 'Failed.',
  cancelled: 'Cancelled.',
};

function retrying(attempt: number, maxAttempts: number, reason: string): Progress {
  return { stage: 'retrying', message: `${reason} Attempt ${attempt} of ${maxAttempts} follows.` };
}

function started({ title, budget }: EventData<'workflow:started'>): string {
  const limits = [
    ...(budget?.usd === undefined ? [] : [`${budget.usd} US dollars`]),
    ...(budget?.tokens === undefined ? [] : [`${budget.tokens} tokens`]),
  ];
  const most = limits.length === 0 ? '' : ` (may spend ${limits.join(' and ')})`;
  return `Started: ${title}${most}`;
}

function spent(
  how: 'Most' | 'All',
  { spent: amount, limit, unit, isAtLeast }: EventData<'budget:warning'>,
): string {
  const name = unit === 'usd' ? 'US dollars' : 'tokens';
  const least = isAtLeast === true ? 'at least ' : '';
  return `${how} of the budget is spent: ${least}${amount} of ${limit} ${name}.`;
}
