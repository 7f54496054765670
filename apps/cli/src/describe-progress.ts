import type {
  BudgetLimits,
  EventData,
  EventOf,
  Failure,
  StreamMessage,
  WorkflowSnapshot,
} from '@runtape/events';
import { formatSeconds } from './format-seconds.ts';
import { inOneLine } from './terminal.ts';

/** A line for stderr. */
export interface ProgressLine {
  readonly text: string;
  readonly important: boolean;
}

/**
 * Describes the end of a workflow that arrived as a snapshot; `null` if there is nothing to report.
 */
export function describeSnapshotEnd({ status, error, cancelled }: WorkflowSnapshot): string | null {
  if (status === 'failed' && error !== null) return inOneLine(describeFailure(error));
  return status === 'cancelled' ? inOneLine(describeCancel(cancelled?.reason)) : null;
}

/** Describes a message for the user, apart from the draft; `null` if there is nothing to report. */
export function describeProgress(message: StreamMessage): ProgressLine | null {
  const text = describe(message);
  return text === null ? null : { text: inOneLine(text), important: isImportant(message) };
}

function describe(message: StreamMessage): string | null {
  switch (message.type) {
    case 'workflow:started':
      return message.data.budget === undefined ? null : describeBudget(message.data.budget);
    case 'status':
      return message.data.message;
    case 'tool:called':
      return `→ ${message.data.name} ${JSON.stringify(message.data.arguments)}`;
    case 'tool:returned':
      return `← ${message.data.summary}`;
    case 'log:created':
      return message.data.level === 'debug' ? null : describeLog(message.data);
    case 'workflow:retrying':
      return `${message.data.reason.message} Trying again in ${formatSeconds(message.data.inMs)}, attempt ${message.data.attempt} of ${message.data.maxAttempts}.`;
    case 'workflow:paused':
      return 'Paused. Resume it with: npx pnpm runtape resume <workflowId>';
    case 'workflow:resumed':
      return 'Resumed.';
    case 'workflow:failed':
      return describeFailure(message.data.error);
    case 'agent:started':
    case 'agent:progress':
    case 'agent:completed':
    case 'agent:failed':
      return describeAgent(message);
    case 'budget:warning':
      return `${message.data.isAtLeast === true ? 'At least ' : ''}${describeSpending(message.data)} are spent. The workflow stops at ${formatAmount(message.data.unit, message.data.limit)}.`;
    case 'budget:exceeded':
      return `The budget is spent: ${message.data.isAtLeast === true ? 'at least ' : ''}${describeSpending(message.data)}.`;
    case 'workflow:cancelled':
      return describeCancel(message.data.reason);
    case 'workflow:completed':
      return describeEnd(message.data);
    case 'reset':
      return `The stream starts again (${message.data.reason}). What was shown before may no longer be in the log.`;
    default:
      return null;
  }
}

function describeFailure({ code, message }: Failure): string {
  return `Failed (${code}): ${message}`;
}

function describeCancel(reason: string | undefined): string {
  return reason === undefined ? 'Cancelled.' : `Cancelled: ${reason}`;
}

function isImportant({ type }: StreamMessage): boolean {
  return [
    'workflow:retrying',
    'workflow:paused',
    'workflow:resumed',
    'workflow:failed',
    'workflow:cancelled',
    'agent:failed',
    'budget:warning',
    'budget:exceeded',
    'reset',
  ].includes(type);
}

function describeLog({ agentId, message }: EventData<'log:created'>): string {
  return agentId === undefined ? message : `${agentId}: ${message}`;
}

type AgentEvent = EventOf<'agent:started' | 'agent:progress' | 'agent:completed' | 'agent:failed'>;

function describeAgent(event: AgentEvent): string | null {
  const text = describeAgentEvent(event);
  return text === null ? null : `${event.data.agentId}: ${text}`;
}

function describeAgentEvent(event: AgentEvent): string | null {
  switch (event.type) {
    case 'agent:started':
      return event.data.model === undefined ? 'started.' : `started, with ${event.data.model}.`;
    case 'agent:progress':
      return event.data.message ?? null;
    case 'agent:completed': {
      const { summary, usage, cost, durationMs } = event.data;
      return `${summary ?? 'Done.'} (${formatSeconds(durationMs)}${describeUsage(usage, cost)})`;
    }
    case 'agent:failed':
      return `failed (${event.data.error.code}): ${event.data.error.message}`;
  }
}

function describeBudget({ usd, tokens }: BudgetLimits): string | null {
  const limits = [
    ...(usd === undefined ? [] : [formatAmount('usd', usd)]),
    ...(tokens === undefined ? [] : [formatAmount('tokens', tokens)]),
  ];
  return limits.length === 0 ? null : `Budget: ${limits.join(' and ')}.`;
}

function describeSpending({ unit, spent, limit }: EventData<'budget:warning'>): string {
  return `${formatAmount(unit, spent)} of ${formatAmount(unit, limit)}`;
}

function formatAmount(unit: EventData<'budget:warning'>['unit'], value: number): string {
  return unit === 'usd' ? `$${value.toFixed(4)}` : `${value} tokens`;
}

type End = Pick<EventData<'workflow:completed'>, 'durationMs' | 'usage' | 'cost'>;

function describeEnd({ durationMs, usage, cost }: End): string {
  return `Done in ${formatSeconds(durationMs)}${describeUsage(usage, cost)}.`;
}

function describeUsage(usage: End['usage'], cost: number | null): string {
  const tokens = usage === null ? '' : `, ${usage.totalTokens} tokens`;
  return `${tokens}, ${cost === null ? 'cost unknown' : formatAmount('usd', cost)}`;
}
