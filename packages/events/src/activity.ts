import { z } from 'zod';
import type { WorkflowEvent } from './event.ts';

/**
 * A quiet that is longer counts as this long on a tape, in ms: nobody wants to look at an hour of
 * nothing.
 */
export const QUIET_MS = 2000;
/** Bins an activity has at most. */
export const ACTIVITY_BINS = 24;
/** Models count in tokens, we see letters: about four of them a token in English text. */
const LETTERS_PER_TOKEN = 4;

const count = z.int().nonnegative();

export const activitySchema = z.object({
  /** How long each bin is, in ms; doubles when the bins no longer suffice. */
  binMs: z.int().positive(),
  /**
   * From the first event to the last, in ms of the tape: each quiet counts as `QUIET_MS` at most.
   */
  lengthMs: z.number().nonnegative(),
  /** When the last event was, in ms since 1970. */
  at: z.number(),
  /** About how many tokens arrived in each bin. */
  tokens: z.array(count).max(ACTIVITY_BINS),
  /** What happened in each bin: `MARK`s, added up. */
  marks: z.array(count).max(ACTIVITY_BINS),
});

/** A workflow's tape in a few numbers, for a list. */
export type Activity = z.infer<typeof activitySchema>;

/** What is marked on a tape; each is a bit, so that a stretch can have several. */
export const MARK = { tool: 1, step: 2, warning: 4, error: 8, retry: 16, pause: 32 } as const;

/** The marks that an event leaves on a tape; 0 for none. */
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

/** About how many tokens an event brings. */
export function tokensOf(event: WorkflowEvent): number {
  return event.type === 'token' ? event.data.content.length / LETTERS_PER_TOKEN : 0;
}

/**
 * How far two neighbouring events lie apart on a tape, in ms.
 * @param before when the first was, in ms since 1970. @param at when the second was; a clock may
 *   have been set back.
 */
export function tapeDistance(before: number, at: number): number {
  return Math.min(Math.max(0, at - before), QUIET_MS);
}
