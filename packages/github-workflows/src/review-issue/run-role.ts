import type { ReviewRole } from '../contract/index.ts';
import { type Agent, FatalError, RetryableError } from '@runtape/engine';
import type { z } from 'zod';
import type { Model } from '../model/model-client.ts';
import type { Review } from './review.ts';

const NAMES: Readonly<Record<ReviewRole, string>> = {
  triager: 'Triager',
  researcher: 'Researcher',
  writer: 'Writer',
  critic: 'Critic',
};

/** One turn of a role. */
export interface RoleTurn<Result extends z.core.util.JSONType> {
  readonly role: ReviewRole;
  /** Number of the turn, from 1. */
  readonly turn: number;
  readonly result: z.ZodType<Result>;
  readonly run: (agent: Agent, model: Model) => Promise<Result>;
  /** Summarizes the result in one sentence. */
  readonly summary: (result: Result) => string;
}

/** Runs a role in a separate step, so that its result is stored and not paid for again. */
export async function runRole<Result extends z.core.util.JSONType>(
  review: Review,
  turn: RoleTurn<Result>,
): Promise<Result> {
  return review.ctx.step(agentIdOf(turn), turn.result, () => runAgentOf(review, turn));
}

/**
 * Runs an optional role.
 * @returns `null`, which is stored as well, if the agent failed and the input allows to continue.
 */
export async function runOptionalRole<Result extends z.core.util.JSONType>(
  review: Review,
  turn: RoleTurn<Result>,
): Promise<Result | null> {
  const { ctx } = review;
  return ctx.step(agentIdOf(turn), turn.result.nullable(), async () => {
    try {
      return await runAgentOf(review, turn);
    } catch (error) {
      if (!mayContinueWithout(review, error)) throw error;
      await ctx.log('warn', `The review goes on without the ${turn.role}: ${error.message}`);
      return null;
    }
  });
}

async function runAgentOf<Result extends z.core.util.JSONType>(
  { ctx, input, model }: Review,
  turn: RoleTurn<Result>,
): Promise<Result> {
  const { role, run, summary } = turn;
  const roleModel: Model = { ...model, name: input.models?.[role] ?? model.name };
  const intro = { agentId: agentIdOf(turn), name: NAMES[role], role, model: roleModel.name };
  return ctx.agent(intro, (agent) => run(agent, roleModel), summary);
}

/** `writer`, `writer-2` … */
function agentIdOf({ role, turn }: Pick<RoleTurn<never>, 'role' | 'turn'>): string {
  return turn === 1 ? role : `${role}-${turn}`;
}

/** A retryable failure repeats the whole attempt while attempts remain. */
function mayContinueWithout(
  { ctx, input }: Review,
  error: unknown,
): error is FatalError | RetryableError {
  if (ctx.signal.aborted || input.onAgentFailure === 'fail') return false;
  if (error instanceof RetryableError) return ctx.attempt >= ctx.maxAttempts;
  return error instanceof FatalError;
}
