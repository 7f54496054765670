import type { StartReview } from '@runtape/events';
import { connectServer } from '../connect-server.ts';
import type { ExitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import { printDraft, printJson } from '../print-events.ts';
import {
  readDollars,
  readMaxIterations,
  readOnAgentFailure,
  readRoleModel,
  readTokens,
  type RoleModel,
} from '../read-review.ts';
import { githubHost } from '../github-host.ts';
import { readTarget } from '../read-start.ts';
import { warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

export interface ReviewOptions extends UrlOption {
  readonly issue?: string | undefined;
  readonly repo?: string | undefined;
  readonly maxIterations?: string | undefined;
  readonly budgetUsd?: string | undefined;
  readonly budgetTokens?: string | undefined;
  /** One `role=name` each. */
  readonly model?: readonly string[] | undefined;
  readonly onAgentFailure?: string | undefined;
  readonly json?: boolean | undefined;
  readonly cancelOnInterrupt?: boolean | undefined;
}

/** Starts a review by four agents, and shows what they do and the draft as it is written. */
export async function review(
  context: CommandContext,
  typed: string | undefined,
  options: ReviewOptions,
): Promise<ExitCode> {
  const { terminal, process } = context;
  const settings = readSettings(options);
  const target = await readTarget(
    { ...options, target: typed },
    context.cwd,
    githubHost(context.process.env),
  );
  await using connection = await connectServer({
    url: options.url,
    runWorkflows: true,
    env: process.env,
    onWarning: (message) => warn(terminal, message),
  });
  const { workflowId } = await connection.client.startReview({ target, ...settings });
  return await followToEnd({
    connection,
    workflowId,
    terminal,
    process,
    print: options.json === true ? printJson(terminal) : printDraft(terminal, workflowId),
    cancelOnInterrupt: options.cancelOnInterrupt === true,
  });
}

/** @throws CliError (usage) when a setting is not what it takes. */
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
