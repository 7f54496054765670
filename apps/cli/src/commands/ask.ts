import { connectServer } from '../connect-server.ts';
import type { ExitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import { printDraft, printJson } from '../print-events.ts';
import { readHistory } from '../read-history.ts';
import { githubHost } from '../github-host.ts';
import { readQuestion, type TypedQuestion } from '../read-question.ts';
import { warn } from '../terminal.ts';
import type { CommandContext, UrlOption } from './context.ts';

export interface AskOptions extends UrlOption, Omit<TypedQuestion, 'question'> {
  readonly json?: boolean | undefined;
  readonly cancelOnInterrupt?: boolean | undefined;
}

/** Asks about a repository, and shows the answer as it is written, and then its sources. */
export async function ask(
  context: CommandContext,
  question: string | undefined,
  options: AskOptions,
): Promise<ExitCode> {
  const { terminal, process } = context;
  const asked = await readQuestion(
    { ...options, question },
    context.cwd,
    githubHost(context.process.env),
  );
  await using connection = await connectServer({
    url: options.url,
    runWorkflows: true,
    env: process.env,
    onWarning: (message) => warn(terminal, message),
  });
  const { client } = connection;
  const history = asked.threadId === undefined ? [] : await readHistory(client, asked.threadId);
  const { workflowId } = await client.startQuestion({ ...asked, history });
  return await followToEnd({
    connection,
    workflowId,
    terminal,
    process,
    print: options.json === true ? printJson(terminal) : printDraft(terminal, workflowId),
    cancelOnInterrupt: options.cancelOnInterrupt === true,
  });
}
