import { connectServer } from '../connect-server.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { readWorkflowId } from '../read-workflow-id.ts';
import { say, warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

const words = {
  resumed: 'Resumed: it goes on as soon as a worker takes it. Follow it with:',
  not_paused: 'It was not paused. Follow it with:',
  already_ended: 'It had ended before. See it with:',
} as const;

/** Lets a paused workflow go on. */
export async function resume(
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
  const { outcome } = await connection.client.resumeWorkflow(workflowId);
  say(terminal, `${words[outcome]}\n  npx pnpm runtape follow ${workflowId}${connection.again}`);
  return exitCode.completed;
}
