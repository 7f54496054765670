import {
  questionSchema,
  type ReviewRole,
  type StartComment,
  type StartQuestion,
  type StartReview,
} from '@runtape/github-workflows/contract';
import { type Budget, budgetSchema } from '@runtape/events';
import type { Kind } from './kinds.ts';
import { isFolder, readIssueTarget, readRepository } from './read-target.ts';

/** The form that starts a workflow. The fields of the other kinds keep their values. */
export interface Draft {
  readonly kind: Kind;
  /** The issue, for comments and reviews. */
  readonly target: string;
  /** The issue as text, when the target is a folder. */
  readonly issue: string;
  readonly question: string;
  /** The repository, for questions. */
  readonly repository: string;
  readonly post: boolean;
  readonly iterations: number;
  /** Empty: the server's model. */
  readonly models: Readonly<Record<ReviewRole, string>>;
  readonly usd: string;
  readonly tokens: string;
}

export const DEFAULT_ITERATIONS = 2;

export const emptyDraft: Draft = {
  kind: 'comment',
  target: '',
  issue: '',
  question: '',
  repository: '',
  post: false,
  iterations: DEFAULT_ITERATIONS,
  models: { triager: '', researcher: '', writer: '', critic: '' },
  usd: '',
  tokens: '',
};

export type Start =
  | { readonly kind: 'comment'; readonly input: StartComment }
  | { readonly kind: 'review'; readonly input: StartReview }
  | { readonly kind: 'ask'; readonly input: StartQuestion };

export interface Problem {
  readonly field: 'target' | 'issue' | 'question' | 'repository' | 'usd' | 'tokens';
  readonly message: string;
}

/**
 * Reads the form.
 * @param samples the names of the samples.
 * @param webHost the host of GitHub's pages. Default: github.com.
 */
export function readDraft(
  draft: Draft,
  samples: readonly string[] = [],
  webHost?: string,
): Start | Problem {
  return draft.kind === 'ask'
    ? readQuestionStart(draft, webHost)
    : readIssueStart(draft, samples, webHost);
}

export function isProblem(read: Start | Problem): read is Problem {
  return 'field' in read;
}

function readIssueStart(
  draft: Draft,
  samples: readonly string[],
  webHost?: string,
): Start | Problem {
  const { kind, target: text, issue, post, iterations: maxIterations } = draft;
  if (text.trim() === '') {
    return {
      field: 'target',
      message: 'Enter an issue first, or choose one of the samples below.',
    };
  }
  const read = readIssueTarget(text, issue, samples, webHost);
  if (!read.ok) return { field: 'target', message: read.message };
  const { target } = read;
  if (isFolder(text) && issue.trim() === '') {
    return {
      field: 'issue',
      message: 'Paste the issue about the code in this folder.',
    };
  }
  if (kind === 'comment') {
    return { kind, input: { target, post: post && target.kind === 'github' } };
  }
  const budget = readBudget(draft);
  if (isBudgetProblem(budget)) return budget;
  const models = chosenModels(draft.models);
  return {
    kind: 'review',
    input: {
      target,
      maxIterations,
      ...(models !== undefined && { models }),
      ...(budget !== undefined && { budget }),
    },
  };
}

function readQuestionStart(draft: Draft, webHost?: string): Start | Problem {
  if (draft.question.trim() === '') {
    return { field: 'question', message: 'Write a question first, or choose one below.' };
  }
  const question = questionSchema.safeParse(draft.question);
  if (!question.success) {
    return { field: 'question', message: question.error.issues[0]?.message ?? '' };
  }
  const repository = readRepository(draft.repository, webHost);
  if (!repository.ok) return { field: 'repository', message: repository.message };
  const budget = readBudget(draft);
  if (isBudgetProblem(budget)) return budget;
  return {
    kind: 'ask',
    input: {
      question: question.data,
      target: repository.target,
      ...(budget !== undefined && { budget }),
    },
  };
}

function readBudget({ usd, tokens }: Draft): Budget | undefined | Problem {
  if (usd.trim() === '' && tokens.trim() === '') return undefined;
  const read = budgetSchema.safeParse({
    ...(usd.trim() !== '' && { usd: Number(usd) }),
    ...(tokens.trim() !== '' && { tokens: Number(tokens) }),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path[0] === 'tokens' ? 'tokens' : 'usd';
  const range =
    field === 'usd'
      ? 'more than 0 and at most 10,000 dollars'
      : 'a whole number from 1 to 1,000,000,000';
  return { field, message: `A budget must be ${range}.` };
}

function isBudgetProblem(read: Budget | undefined | Problem): read is Problem {
  return read !== undefined && 'field' in read;
}

function chosenModels(models: Draft['models']): Partial<Record<ReviewRole, string>> | undefined {
  const { triager, researcher, writer, critic } = models;
  const chosen = {
    ...(triager.trim() !== '' && { triager: triager.trim() }),
    ...(researcher.trim() !== '' && { researcher: researcher.trim() }),
    ...(writer.trim() !== '' && { writer: writer.trim() }),
    ...(critic.trim() !== '' && { critic: critic.trim() }),
  };
  return Object.keys(chosen).length === 0 ? undefined : chosen;
}
