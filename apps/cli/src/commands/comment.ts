import { connectServer } from '../connect-server.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import { githubHost, readTarget, type TypedTarget } from '../read-target.ts';
import { write } from '../terminal.ts';
import type { CommandContext, FollowOptions } from './context.ts';

export interface CommentOptions extends FollowOptions, Omit<TypedTarget, 'target'> {
  readonly list?: boolean | undefined;
  readonly post?: boolean | undefined;
}

/** Starts a workflow and shows its draft as it is written. */
export async function comment(
  context: CommandContext,
  targetText: string | undefined,
  options: CommentOptions,
): Promise<ExitCode> {
  const { url, list = false, post = false } = options;
  if (list) {
    await using connection = await connectServer(context, { url, runWorkflows: false });
    const samples = await connection.client.samples();
    await write(context.terminal, samples.map(({ name }) => `${name}\n`).join(''));
    return exitCode.completed;
  }
  const host = githubHost(context.process.env);
  const target = await readTarget({ ...options, target: targetText }, context.cwd, host);
  await using connection = await connectServer(context, { url, runWorkflows: true });
  const { workflowId } = await connection.client.startComment({ target, post });
  return await followToEnd(context, connection, workflowId, options);
}
