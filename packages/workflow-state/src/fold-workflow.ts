import {
  type EventOf,
  statusAfter,
  type TerminalType,
  type WorkflowSnapshot,
} from '@runtape/events';
import { endRunning } from './end-running.ts';
import { supersede } from './supersede.ts';
import { withoutUndefined } from './without-undefined.ts';

type WorkflowLifeEvent = EventOf<
  | 'workflow:started'
  | 'workflow:running'
  | 'workflow:paused'
  | 'workflow:resumed'
  | 'workflow:retrying'
  | TerminalType
>;

/** The latest time that ISO 8601 can express with a four-digit year, in ms since 1970. */
const LAST_TIME = Date.parse('9999-12-31T23:59:59.999Z');

/** Folds an event of the workflow's own life cycle. */
export function foldWorkflow(
  state: WorkflowSnapshot,
  event: WorkflowLifeEvent,
): Partial<WorkflowSnapshot> {
  return { status: statusAfter(event) ?? state.status, ...changesOf(state, event) };
}

function changesOf(state: WorkflowSnapshot, event: WorkflowLifeEvent): Partial<WorkflowSnapshot> {
  switch (event.type) {
    case 'workflow:started': {
      const { workflow, title, target } = event.data;
      return { workflow, title, target, startedAt: event.timestamp };
    }
    case 'workflow:running': {
      const { attempt, maxAttempts } = event.data;
      const superseded = attempt === state.attempt ? {} : supersede(state);
      return { attempt, maxAttempts, retry: null, ...superseded };
    }
    case 'workflow:paused':
    case 'workflow:resumed':
      // A next attempt that was announced earlier no longer starts at that time.
      return { retry: null };
    case 'workflow:retrying': {
      const { maxAttempts, inMs, reason } = event.data;
      return {
        maxAttempts,
        retry: { at: later(event.timestamp, inMs), reason },
        ...supersede(state),
      };
    }
    case 'workflow:completed': {
      const { usage, cost, result } = event.data;
      return { usage, cost, result, ...ended(state, event) };
    }
    case 'workflow:failed':
      return { error: event.data.error, ...spent(state, event), ...ended(state, event) };
    case 'workflow:cancelled': {
      const { by, reason } = event.data;
      const cancelled = withoutUndefined({ by, reason });
      return { cancelled, ...spent(state, event), ...ended(state, event) };
    }
  }
}

/** Older logs do not record usage and cost when a workflow fails or is cancelled. */
function spent(
  { usage, cost }: WorkflowSnapshot,
  { data }: EventOf<'workflow:failed' | 'workflow:cancelled'>,
): Pick<WorkflowSnapshot, 'usage' | 'cost'> {
  return {
    usage: data.usage === undefined ? usage : data.usage,
    cost: data.cost === undefined ? cost : data.cost,
  };
}

function ended(state: WorkflowSnapshot, event: EventOf<TerminalType>): Partial<WorkflowSnapshot> {
  return { endedAt: event.timestamp, retry: null, ...endRunning(state, event) };
}

function later(timestamp: string, ms: number): string {
  return new Date(Math.min(Date.parse(timestamp) + ms, LAST_TIME)).toISOString();
}
