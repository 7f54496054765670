import { eventIdSchema } from '@runtape/events';
import { connectServer } from '../connect-server.ts';
import { CliError, type ExitCode, exitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import { printDraft, printJson } from '../print-events.ts';
import { readWorkflowId } from '../read-workflow-id.ts';
import { warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

export interface FollowCommandOptions extends UrlOption {
  readonly after?: string | undefined;
  readonly json?: boolean | undefined;
  readonly cancelOnInterrupt?: boolean | undefined;
}

/** Shows a workflow from its start, or after an event, to its end. */
export async function follow(
  context: CommandContext,
  id: string,
  options: FollowCommandOptions,
): Promise<ExitCode> {
  const { terminal, process } = context;
  const workflowId = readWorkflowId(id);
  const after = readAfter(options.after);
  await using connection = await connectServer({
    url: options.url,
    runWorkflows: true,
    env: process.env,
    onWarning: (message) => warn(terminal, message),
  });
  return await followToEnd({
    connection,
    workflowId,
    after,
    terminal,
    process,
    print: options.json === true ? printJson(terminal) : printDraft(terminal, workflowId),
    cancelOnInterrupt: options.cancelOnInterrupt === true,
  });
}

function readAfter(text: string | undefined) {
  if (text === undefined) return undefined;
  const parsed = eventIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new CliError(
    exitCode.usage,
    `"${text}" is no event id. --after takes an id as --json prints it, such as k3v9x2ab-17.`,
  );
}
