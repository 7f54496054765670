import {
  parseRepository,
  PUBLIC_GITHUB,
  questionSchema,
  type RepositoryTarget,
  repositoryTargetSchema,
} from '@runtape/github-workflows/contract';
import { resolve } from 'node:path';
import { threadIdSchema } from '@runtape/events';
import { usageError } from './exit-code.ts';
import { existingFolder } from './read-target.ts';

/** A question and the repository that it is about, as typed by the user. */
export interface TypedQuestion {
  readonly question?: string | undefined;
  readonly repo?: string | undefined;
  readonly github?: string | undefined;
  readonly thread?: string | undefined;
}

export interface Question {
  readonly question: string;
  readonly target: RepositoryTarget;
  readonly threadId?: string;
}

/**
 * Parses a question from the command line.
 * @param cwd the folder for relative paths.
 * @param webHost the host of GitHub's pages. Default: github.com.
 * @throws CliError (usage).
 */
export async function readQuestion(
  typed: TypedQuestion,
  cwd: string,
  webHost: string = PUBLIC_GITHUB,
): Promise<Question> {
  const { question, thread } = typed;
  if (question === undefined) {
    throw usageError(
      'What is the question? Put it in quotes: runtape ask "Where are tokens merged?"',
    );
  }
  const parsed = questionSchema.safeParse(question);
  if (!parsed.success)
    throw usageError(parsed.error.issues[0]?.message ?? 'That is not a question.');
  const threadId = threadIdSchema.optional().safeParse(thread);
  if (!threadId.success)
    throw usageError(threadId.error.issues[0]?.message ?? 'That is not a thread id.');
  return {
    question: parsed.data,
    target: await readTarget(typed, cwd, webHost),
    ...(threadId.data !== undefined && { threadId: threadId.data }),
  };
}

async function readTarget(
  { repo, github }: TypedQuestion,
  cwd: string,
  webHost: string,
): Promise<RepositoryTarget> {
  if (repo !== undefined && github !== undefined) {
    throw usageError('Give either --repo DIR or --github owner/repo, not both.');
  }
  if (repo !== undefined) {
    return { kind: 'local', path: await existingFolder(resolve(cwd, repo)) };
  }
  if (github === undefined) return { kind: 'sample' };
  const repository = parseRepository(github, webHost);
  const target = repositoryTargetSchema.safeParse({ kind: 'github', ...repository });
  if (target.success) return target.data;
  throw usageError(`"${github}" is not a repository on ${webHost}. Write --github owner/repo.`);
}
