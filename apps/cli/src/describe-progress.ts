import type {
  BudgetLimits,
  EventData,
  Failure,
  StreamMessage,
  WorkflowSnapshot,
} from '@runtape/events';
import { describeAgent } from './describe-agent.ts';
import { inOneLine } from './in-one-line.ts';

/** A line for stderr. */
export interface ProgressLine {
  readonly text: string;
  readonly important: boolean;
}

/** How a workflow ended that is shown as a snapshot, without the event that ended it; `null` when there is nothing to say. */
export function describeEndOf({ status, error, cancelled }: WorkflowSnapshot): string | null {
  if (status === 'failed' && error !== null) return inOneLine(describeFailure(error));
  return status === 'cancelled' ? inOneLine(describeCancel(cancelled?.reason)) : null;
}

/** What a person should read about a message beside the draft, or `null` for nothing. */
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
      return `${message.data.reason.message} Trying again in ${inSeconds(message.data.inMs)} s, attempt ${message.data.attempt} of ${message.data.maxAttempts}.`;
    case 'workflow:paused':
      return 'Paused. It goes on after: npx pnpm runtape resume <workflowId>';
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
      return `${message.data.isAtLeast === true ? 'At least ' : ''}${inBudget(message.data)} are spent; at ${amount(message.data.unit, message.data.limit)} the workflow stops.`;
    case 'budget:exceeded':
      return `The budget is spent: ${message.data.isAtLeast === true ? 'at least ' : ''}${inBudget(message.data)}.`;
    case 'workflow:cancelled':
      return describeCancel(message.data.reason);
    case 'workflow:completed':
      return describeEnd(message.data);
    case 'reset':
      return `The stream starts anew (${message.data.reason}): what was shown before may no longer be in the log.`;
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

function describeBudget({ usd, tokens }: BudgetLimits): string | null {
  const limits = [
    ...(usd === undefined ? [] : [amount('usd', usd)]),
    ...(tokens === undefined ? [] : [amount('tokens', tokens)]),
  ];
  return limits.length === 0 ? null : `It may spend ${limits.join(' and ')}.`;
}

function inBudget({ unit, spent, limit }: EventData<'budget:warning'>): string {
  return `${amount(unit, spent)} of ${amount(unit, limit)}`;
}

function amount(unit: EventData<'budget:warning'>['unit'], value: number): string {
  return unit === 'usd' ? `$${value.toFixed(4)}` : `${value} tokens`;
}

interface End {
  readonly durationMs: number;
  readonly usage: { readonly totalTokens: number } | null;
  readonly cost: number | null;
}

function describeEnd({ durationMs, usage, cost }: End): string {
  const tokens = usage === null ? '' : `, ${usage.totalTokens} tokens`;
  const price = cost === null ? ', cost unknown' : `, $${cost.toFixed(4)}`;
  return `Done in ${inSeconds(durationMs)} s${tokens}${price}.`;
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
