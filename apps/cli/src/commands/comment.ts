import { connectServer } from '../connect-server.ts';
import { type ExitCode, exitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import { printDraft, printJson } from '../print-events.ts';
import { githubHost } from '../github-host.ts';
import { readTarget } from '../read-start.ts';
import { warn, write } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

export interface CommentOptions extends UrlOption {
  readonly issue?: string | undefined;
  readonly repo?: string | undefined;
  readonly list?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly post?: boolean | undefined;
  readonly cancelOnInterrupt?: boolean | undefined;
}

/** Starts a workflow and shows its draft as it is written. */
export async function comment(
  context: CommandContext,
  typed: string | undefined,
  options: CommentOptions,
): Promise<ExitCode> {
  const { terminal, process } = context;
  const target =
    options.list === true
      ? null
      : await readTarget(
          { ...options, target: typed },
          context.cwd,
          githubHost(context.process.env),
        );
  await using connection = await connectServer({
    url: options.url,
    runWorkflows: target !== null,
    env: process.env,
    onWarning: (message) => warn(terminal, message),
  });
  if (target === null) {
    const samples = await connection.client.samples();
    await write(terminal, samples.map(({ name }) => `${name}\n`).join(''));
    return exitCode.completed;
  }
  const { workflowId } = await connection.client.startComment({
    target,
    post: options.post === true,
  });
  return await followToEnd({
    connection,
    workflowId,
    terminal,
    process,
    print: options.json === true ? printJson(terminal) : printDraft(terminal, workflowId),
    cancelOnInterrupt: options.cancelOnInterrupt === true,
  });
}
