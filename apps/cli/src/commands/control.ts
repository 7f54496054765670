import { isWorkflowId, type WorkflowId } from '@runtape/events';
import { connectServer } from '../connect-server.ts';
import { type ExitCode, exitCode, usageError } from '../exit-code.ts';
import { say } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

const ENDED = 'The workflow had already ended.';
const outcomes = {
  cancel: {
    requested: 'Asked the worker that runs it to stop.',
    cancelled: 'Cancelled.',
    already_ended: ENDED,
  },
  pause: {
    requested: 'Asked the worker that runs it to pause.',
    paused: 'Paused.',
    already_paused: 'The workflow was already paused.',
    already_ended: ENDED,
  },
  resume: {
    resumed: 'Resumed. It continues as soon as a worker is free. Follow it with:',
    not_paused: 'The workflow was not paused. Follow it with:',
    already_ended: `${ENDED} View it with:`,
  },
} as const;

/** Cancels a workflow, wherever it runs. */
export async function cancel(
  context: CommandContext,
  id: string,
  { url }: UrlOption,
): Promise<ExitCode> {
  const workflowId = readWorkflowId(id);
  await using connection = await connectServer(context, { url, runWorkflows: false });
  const { outcome } = await connection.client.cancelWorkflow(workflowId);
  say(context.terminal, outcomes.cancel[outcome]);
  return exitCode.completed;
}

/** Pauses a workflow, wherever it runs. */
export async function pause(
  context: CommandContext,
  id: string,
  { url }: UrlOption,
): Promise<ExitCode> {
  const workflowId = readWorkflowId(id);
  await using connection = await connectServer(context, { url, runWorkflows: false });
  const { outcome } = await connection.client.pauseWorkflow(workflowId);
  say(context.terminal, outcomes.pause[outcome]);
  return exitCode.completed;
}

/** Resumes a paused workflow. */
export async function resume(
  context: CommandContext,
  id: string,
  { url }: UrlOption,
): Promise<ExitCode> {
  const workflowId = readWorkflowId(id);
  await using connection = await connectServer(context, { url, runWorkflows: false });
  const { outcome } = await connection.client.resumeWorkflow(workflowId);
  const again = `npx pnpm runtape follow ${workflowId}${connection.urlArgument}`;
  say(context.terminal, `${outcomes.resume[outcome]}\n  ${again}`);
  return exitCode.completed;
}

/** @throws CliError (usage) when the text cannot be the id of a workflow. */
export function readWorkflowId(text: string): WorkflowId {
  if (isWorkflowId(text)) return text;
  throw usageError(
    `"${text}" is not a workflow id. Ids begin with wf_; "npx pnpm runtape list" prints them.`,
  );
}
