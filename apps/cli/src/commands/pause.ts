import { connectServer } from '../connect-server.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { readWorkflowId } from '../read-workflow-id.ts';
import { say, warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

const words = {
  requested: 'Asked the worker that runs it to pause.',
  paused: 'Paused.',
  already_paused: 'It was paused before.',
  already_ended: 'It had ended before.',
} as const;

/** Pauses a workflow, wherever it runs. */
export async function pause(
  { terminal, process }: CommandContext,
  id: string,
  { url }: UrlOption,
): Promise<ExitCode> {
  const workflowId = readWorkflowId(id);
  await using connection = await connectServer({
    url,
    runWorkflows: false,
    env: process.env,
    onWarning: (message) => warn(terminal, message),
  });
  const { outcome } = await connection.client.pauseWorkflow(workflowId);
  say(terminal, words[outcome]);
  return exitCode.completed;
}
