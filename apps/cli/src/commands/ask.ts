import {
  type AskRepositoryInput,
  askRepositoryResultSchema,
} from '@runtape/github-workflows/contract';
import type { GithubClient } from '@runtape/github-workflows/client';
import { connectServer } from '../connect-server.ts';
import type { ExitCode } from '../exit-code.ts';
import { followToEnd } from '../follow-to-end.ts';
import { readQuestion, type TypedQuestion } from '../read-question.ts';
import { githubHost } from '../read-target.ts';
import type { CommandContext, FollowOptions } from './context.ts';

/**
 * The number of earlier answers that accompany a follow-up question, which rarely refers to older
 * ones.
 */
const MAX_TURNS = 5;

export interface AskOptions extends FollowOptions, Omit<TypedQuestion, 'question'> {}

/**
 * Asks a question about a repository, and shows the answer as it is written and then its sources.
 */
export async function ask(
  context: CommandContext,
  questionText: string | undefined,
  options: AskOptions,
): Promise<ExitCode> {
  const { url } = options;
  const host = githubHost(context.process.env);
  const question = await readQuestion({ ...options, question: questionText }, context.cwd, host);
  await using connection = await connectServer(context, { url, runWorkflows: true });
  const { client } = connection;
  const { threadId } = question;
  const history = threadId === undefined ? [] : await readHistory(client, threadId);
  const { workflowId } = await client.startQuestion({ ...question, history });
  return await followToEnd(context, connection, workflowId, options);
}

/** Returns the newest answered questions of a thread, oldest first. */
async function readHistory(
  client: GithubClient,
  threadId: string,
): Promise<AskRepositoryInput['history']> {
  const { workflows } = await client.listWorkflows({
    workflow: 'askRepository',
    status: ['completed'],
    threadId,
    limit: MAX_TURNS,
  });
  const turns = workflows.map(async ({ workflowId, title }) => {
    const { snapshot } = await client.getWorkflow(workflowId);
    const result = askRepositoryResultSchema.safeParse(snapshot.result);
    return result.success ? { question: title, answer: result.data.answer } : null;
  });
  return (await Promise.all(turns)).filter((turn) => turn !== null).toReversed();
}
