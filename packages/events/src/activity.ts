import { z } from 'zod';
import type { WorkflowEvent } from './event.ts';

/**
 * A longer quiet period counts as this long on a tape, in ms, because there is nothing to see in
 * it.
 */
export const QUIET_MS = 2000;
/** The maximum number of bins in an activity. */
export const ACTIVITY_BINS = 24;
/** Estimates tokens from characters: about four per token in English text. */
const LETTERS_PER_TOKEN = 4;

const count = z.int().nonnegative();

export const activitySchema = z.object({
  /** The length of a bin, in ms; it doubles when the bins no longer suffice. */
  binMs: z.int().positive(),
  /**
   * The time from the first event to the last, in ms of the tape: each quiet period counts as at
   * most `QUIET_MS`.
   */
  lengthMs: z.number().nonnegative(),
  /** The time of the last event, in ms since 1970. */
  at: z.number(),
  /** The approximate number of tokens in each bin. */
  tokens: z.array(count).max(ACTIVITY_BINS),
  /** The `MARK` bits of each bin. */
  marks: z.array(count).max(ACTIVITY_BINS),
});

/** A summary of a workflow's tape, for a list. */
export type Activity = z.infer<typeof activitySchema>;

/** The marks on a tape. Each is a bit, so that a bin can have several. */
export const MARK = { tool: 1, step: 2, warning: 4, error: 8, retry: 16, pause: 32 } as const;

/** Returns the marks that an event leaves on a tape; 0 for none. */
export function marksOf(event: WorkflowEvent): number {
  switch (event.type) {
    case 'tool:called':
      return MARK.tool;
    case 'tool:returned':
      return event.data.ok ? 0 : MARK.warning;
    case 'status':
    case 'step:started':
      return MARK.step;
    case 'log:created':
      return { debug: 0, info: 0, warn: MARK.warning, error: MARK.error }[event.data.level];
    case 'budget:warning':
      return MARK.warning;
    case 'budget:exceeded':
    case 'agent:failed':
    case 'workflow:failed':
      return MARK.error;
    case 'workflow:retrying':
      return MARK.retry;
    case 'workflow:paused':
      return MARK.pause;
    default:
      return 0;
  }
}

/** Returns the approximate number of tokens in an event. */
export function tokensOf(event: WorkflowEvent): number {
  return event.type === 'token' ? event.data.content.length / LETTERS_PER_TOKEN : 0;
}

/**
 * Returns the distance between two neighbouring events on a tape, in ms.
 * @param before the time of the first event, in ms since 1970.
 * @param at the time of the second one, which may be earlier if a clock was set back.
 */
export function tapeDistance(before: number, at: number): number {
  return Math.min(Math.max(0, at - before), QUIET_MS);
}
