import { backoffMs } from '@runtape/async';
import type { KeptStep } from '@runtape/event-log';
import type { EmittedEvent, EventData, Failure } from '@runtape/events';
import type { z } from 'zod';
import { RetryableError, type WorkflowCancelled, type WorkflowPaused } from '../errors.ts';
import type { Unfinished } from '../define/clean-up-context.ts';
import { failureOf } from './failure-of.ts';
import { oneMoreHandover } from './handovers.ts';
import type { Spent } from '../define/spending.ts';

const MAX_RETRY_MS = 60_000;

/** The end of an attempt, and the event that reports it. */
export interface AttemptEnd {
  readonly outcome: 'completed' | 'failed' | 'cancelled' | 'retrying' | 'handed_over' | 'paused';
  readonly event: EmittedEvent;
  readonly kept?: KeptStep;
  /** Delay before the next attempt, in ms. */
  readonly nextInMs?: number;
}

/**
 * How the workflow ends if this attempt does not complete it; `undefined` if it completes or
 * continues.
 */
export function unfinished({ event }: AttemptEnd): Unfinished | undefined {
  if (event.type === 'workflow:cancelled') return { status: 'cancelled' };
  if (event.type === 'workflow:failed') return { status: 'failed', error: event.data.error };
  return undefined;
}

/** Number of the attempt, the maximum, and the age of the workflow. */
export interface AttemptNumbers {
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Attempts that do not count as failures, e.g. ended by a planned stop. */
  readonly handovers: number;
  readonly durationMs: number;
}

export function completed(
  result: z.core.util.JSONType,
  { durationMs }: AttemptNumbers,
  { usage, cost }: Spent,
): AttemptEnd {
  const data = { durationMs, usage, cost, result };
  return { outcome: 'completed', event: { type: 'workflow:completed', data } };
}

export function failed(
  error: Failure,
  { durationMs }: AttemptNumbers,
  { usage, cost }: Spent,
): AttemptEnd {
  const data = { durationMs, usage, cost, error };
  return { outcome: 'failed', event: { type: 'workflow:failed', data } };
}

export function cancelled(
  { by, reason }: Pick<WorkflowCancelled, 'by' | 'reason'>,
  { durationMs }: Pick<AttemptNumbers, 'durationMs'>,
  { usage, cost }: Spent,
): AttemptEnd {
  const data = { durationMs, usage, cost, by, reason };
  return { outcome: 'cancelled', event: { type: 'workflow:cancelled', data } };
}

interface ThrewOptions {
  readonly spent: Spent;
  readonly random: () => number;
  /** The longest wait before the second attempt, in ms. */
  readonly retryBaseMs: number;
}

/** The end of an attempt that threw: retried if the error allows it and an attempt is left. */
export function threw(
  error: unknown,
  numbers: AttemptNumbers,
  { spent, random, retryBaseMs }: ThrewOptions,
): AttemptEnd {
  const { failure } = failureOf(error);
  const { attempt, maxAttempts, handovers } = numbers;
  if (!(error instanceof RetryableError) || attempt >= maxAttempts) {
    return failed(failure, numbers, spent);
  }
  const backoff = { baseMs: retryBaseMs, maxMs: MAX_RETRY_MS };
  const inMs = Math.max(backoffMs(attempt - handovers, backoff, random), error.retryAfterMs ?? 0);
  return {
    outcome: 'retrying',
    event: retrying({ attempt: attempt + 1, maxAttempts, inMs, reason: failure }),
    nextInMs: inMs,
  };
}

/**
 * The end of an attempt whose worker stops. Another worker continues immediately with one more
 * attempt allowed, so that a deployment does not count as a failure.
 */
export function handedOver({ attempt, maxAttempts, handovers }: AttemptNumbers): AttemptEnd {
  const reason = {
    code: 'worker_stopped',
    message: 'The worker was stopped on purpose; another worker continues from here.',
  };
  return {
    outcome: 'handed_over',
    event: retrying({ attempt: attempt + 1, maxAttempts: maxAttempts + 1, inMs: 0, reason }),
    kept: oneMoreHandover(handovers),
    nextInMs: 0,
  };
}

/** The end of a paused attempt. It does not count as a failure; nothing follows until a resume. */
export function paused(
  { by }: Pick<WorkflowPaused, 'by'>,
  { handovers }: Pick<AttemptNumbers, 'handovers'>,
): AttemptEnd {
  const event = { type: 'workflow:paused', data: { by } } as const;
  return { outcome: 'paused', event, kept: oneMoreHandover(handovers) };
}

/** Reports that the previous attempt ended without an event. */
export function lostBefore({ attempt, maxAttempts }: AttemptNumbers): EmittedEvent {
  const message = `The worker that ran attempt ${attempt - 1} was lost. Another worker continues after the last completed step.`;
  const reason = { code: 'worker_lost', message };
  return retrying({ attempt, maxAttempts, inMs: 0, reason });
}

function retrying(data: EventData<'workflow:retrying'>): EmittedEvent {
  return { type: 'workflow:retrying', data };
}
