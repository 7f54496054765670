import type { StartReview } from '@runtape/github-workflows/contract';
import { connectServer } from '../connect-server.ts';
import type { ExitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import {
  readDollars,
  readMaxIterations,
  readOnAgentFailure,
  readRoleModel,
  readTokens,
  type RoleModel,
} from '../read-review.ts';
import { githubHost, readTarget, type TypedTarget } from '../read-target.ts';
import type { CommandContext, FollowOptions } from './context.ts';

export interface ReviewOptions extends FollowOptions, Omit<TypedTarget, 'target'> {
  readonly maxIterations?: string | undefined;
  readonly budgetUsd?: string | undefined;
  readonly budgetTokens?: string | undefined;
  /** One `role=name` each. */
  readonly model?: readonly string[] | undefined;
  readonly onAgentFailure?: string | undefined;
}

/** Starts a review by four agents, and shows their progress and the draft as it is written. */
export async function review(
  context: CommandContext,
  targetText: string | undefined,
  options: ReviewOptions,
): Promise<ExitCode> {
  const { url } = options;
  const settings = readSettings(options);
  const host = githubHost(context.process.env);
  const target = await readTarget({ ...options, target: targetText }, context.cwd, host);
  await using connection = await connectServer(context, { url, runWorkflows: true });
  const { workflowId } = await connection.client.startReview({ target, ...settings });
  return await followToEnd(context, connection, workflowId, options);
}

/** @throws CliError (usage) when an option has an invalid value. */
function readSettings(options: ReviewOptions): Omit<StartReview, 'target'> {
  const { maxIterations, budgetUsd, budgetTokens, model, onAgentFailure } = options;
  const usd = budgetUsd === undefined ? undefined : readDollars(budgetUsd);
  const tokens = budgetTokens === undefined ? undefined : readTokens(budgetTokens);
  const models = model?.reduce<RoleModel[]>((before, text) => readRoleModel(text, before), []);
  return {
    ...(maxIterations !== undefined && { maxIterations: readMaxIterations(maxIterations) }),
    ...((usd !== undefined || tokens !== undefined) && { budget: { usd, tokens } }),
    ...(models !== undefined && { models: Object.fromEntries(models) }),
    ...(onAgentFailure !== undefined && { onAgentFailure: readOnAgentFailure(onAgentFailure) }),
  };
}
