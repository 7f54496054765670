import { type Agent, FatalError, RetryableError } from '@runtape/engine';
import type { ReviewRole } from '@runtape/events';
import type { z } from 'zod';
import type { Model } from '../model/model-client.ts';
import type { Review } from './review.ts';

const NAMES: Readonly<Record<ReviewRole, string>> = {
  triager: 'Triager',
  researcher: 'Researcher',
  writer: 'Writer',
  critic: 'Critic',
};

/** One appearance of a role. */
export interface Part<Result extends z.core.util.JSONType> {
  readonly role: ReviewRole;
  /** From 1: the how manieth time the role is played. */
  readonly time: number;
  readonly result: z.ZodType<Result>;
  readonly play: (agent: Agent, model: Model) => Promise<Result>;
  /** What came of it, in a sentence. */
  readonly summary: (result: Result) => string;
}

/** Lets an agent play a role, in a step of its own: what came of it is kept, and not paid for again. */
export async function playRole<Result extends z.core.util.JSONType>(
  review: Review,
  part: Part<Result>,
): Promise<Result> {
  return review.ctx.step(agentIdOf(part), part.result, () => appear(review, part));
}

/**
 * The same for a role that the workflow can go on without.
 * @returns `null` when the agent failed and the input says to continue; that is kept, too.
 */
export async function tryRole<Result extends z.core.util.JSONType>(
  review: Review,
  part: Part<Result>,
): Promise<Result | null> {
  const { ctx } = review;
  return ctx.step<Result | null>(agentIdOf(part), part.result.nullable(), async () => {
    try {
      return await appear(review, part);
    } catch (error) {
      if (!goesOnWithout(review, error)) throw error;
      await ctx.log('warn', `The review goes on without the ${part.role}: ${error.message}`);
      return null;
    }
  });
}

async function appear<Result extends z.core.util.JSONType>(
  { ctx, input, model }: Review,
  part: Part<Result>,
): Promise<Result> {
  const { role, play, summary } = part;
  const own: Model = { ...model, name: input.models?.[role] ?? model.name };
  const intro = { agentId: agentIdOf(part), name: NAMES[role], role, model: own.name };
  return ctx.agent(intro, (agent) => play(agent, own), summary);
}

/** `writer`, `writer-2` … */
function agentIdOf({ role, time }: Pick<Part<never>, 'role' | 'time'>): string {
  return time === 1 ? role : `${role}-${time}`;
}

/** What may pass is tried again, with the whole attempt, while there is one left. */
function goesOnWithout(
  { ctx, input }: Review,
  error: unknown,
): error is FatalError | RetryableError {
  if (ctx.signal.aborted || input.onAgentFailure === 'fail') return false;
  if (error instanceof RetryableError) return ctx.attempt >= ctx.maxAttempts;
  return error instanceof FatalError;
}
