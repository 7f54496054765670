import type { StartReview } from '@runtape/events';
import { connectServer } from '../connect-server.ts';
import type { ExitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import { printDraft, printJson } from '../print-events.ts';
import type { RoleModel } from '../read-review.ts';
import { githubHost } from '../github-host.ts';
import { readTarget } from '../read-start.ts';
import { warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

export interface ReviewOptions extends UrlOption {
  readonly issue?: string | undefined;
  readonly repo?: string | undefined;
  readonly maxIterations?: number | undefined;
  readonly budgetUsd?: number | undefined;
  readonly budgetTokens?: number | undefined;
  readonly model?: readonly RoleModel[] | undefined;
  readonly onAgentFailure?: StartReview['onAgentFailure'];
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
  const { workflowId } = await connection.client.startReview({ target, ...settings(options) });
  return await followToEnd({
    connection,
    workflowId,
    terminal,
    process,
    print: options.json === true ? printJson(terminal) : printDraft(terminal, workflowId),
    cancelOnInterrupt: options.cancelOnInterrupt === true,
  });
}

function settings(options: ReviewOptions): Omit<StartReview, 'target'> {
  const { maxIterations, budgetUsd: usd, budgetTokens: tokens, model, onAgentFailure } = options;
  return {
    ...(maxIterations !== undefined && { maxIterations }),
    ...((usd !== undefined || tokens !== undefined) && { budget: { usd, tokens } }),
    ...(model !== undefined && { models: Object.fromEntries(model) }),
    ...(onAgentFailure !== undefined && { onAgentFailure }),
  };
}
