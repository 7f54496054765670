import type { RuntapeClient } from '@runtape/client';
import { isWorkflowId, type WorkflowId } from '@runtape/events';
import { connectServer } from '../connect-server.ts';
import { type ExitCode, exitCode, usageError } from '../exit-code.ts';
import { say } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

const ENDED = 'The workflow had already ended.';
const messages = {
  cancel: {
    requested: 'Asked its worker to stop.',
    cancelled: 'Cancelled.',
    already_ended: ENDED,
  },
  pause: {
    requested: 'Asked its worker to pause.',
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

/** Each function sends its command and returns the message for the user. */
const commands = {
  cancel: async (client: RuntapeClient, workflowId: WorkflowId) =>
    messages.cancel[(await client.cancelWorkflow(workflowId)).outcome],
  pause: async (client: RuntapeClient, workflowId: WorkflowId) =>
    messages.pause[(await client.pauseWorkflow(workflowId)).outcome],
  resume: async (client: RuntapeClient, workflowId: WorkflowId) =>
    messages.resume[(await client.resumeWorkflow(workflowId)).outcome],
} as const;

/** Cancels, pauses or resumes a workflow, wherever it runs. */
export async function control(
  context: CommandContext,
  name: keyof typeof commands,
  id: string,
  { url }: UrlOption,
): Promise<ExitCode> {
  const workflowId = readWorkflowId(id);
  await using connection = await connectServer(context, { url, runWorkflows: false });
  const message = await commands[name](connection.client, workflowId);
  const follow = `\n  npx pnpm runtape follow ${workflowId}${connection.urlArgument}`;
  say(context.terminal, name === 'resume' ? `${message}${follow}` : message);
  return exitCode.completed;
}

/** @throws CliError (usage) when the text cannot be the id of a workflow. */
export function readWorkflowId(text: string): WorkflowId {
  if (isWorkflowId(text)) return text;
  throw usageError(
    `"${text}" is not a workflow id. Ids begin with wf_; "npx pnpm runtape list" prints them.`,
  );
}
