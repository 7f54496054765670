import { eventIdSchema } from '@runtape/events';
import { connectServer } from '../connect-server.ts';
import { type ExitCode, usageError } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import type { CommandContext, FollowOptions } from './context.ts';
import { readWorkflowId } from './control.ts';

export interface FollowCommandOptions extends FollowOptions {
  readonly after?: string | undefined;
}

/** Shows a workflow from its start, or after an event, until its end. */
export async function follow(
  context: CommandContext,
  id: string,
  options: FollowCommandOptions,
): Promise<ExitCode> {
  const workflowId = readWorkflowId(id);
  const after = readAfter(options.after);
  const { url } = options;
  await using connection = await connectServer(context, { url, runWorkflows: true });
  return await followToEnd(context, connection, workflowId, { ...options, after });
}

function readAfter(text: string | undefined) {
  if (text === undefined) return undefined;
  const parsed = eventIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw usageError(
    `"${text}" is not an event id. --after takes an id that --json prints, such as k3v9x2ab-17.`,
  );
}
