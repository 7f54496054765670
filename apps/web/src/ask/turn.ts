import {
  type AskRepositoryInput,
  askRepositoryResultSchema,
  MAX_QUESTION_CHARS,
  type RepositoryTarget,
} from '@runtape/github-workflows/contract';
import { type WorkflowSnapshot } from '@runtape/events';

/** The number of answers sent with a follow-up question, which seldom refers to older ones. */
const MAX_TURNS = 5;
const MAX_ANSWER_CHARS = 50_000;

export interface Question {
  readonly question: string;
  readonly target: RepositoryTarget;
}

/** A question and its answer. */
export interface Turn {
  readonly key: string;
  /** The first line, until all of it is loaded. */
  readonly question: string;
  /** `null` until it is loaded. */
  readonly target: RepositoryTarget | null;
  readonly progress: Progress;
}

export type Progress =
  | { readonly kind: 'sending' }
  /** The start failed or was refused. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'waiting'; readonly workflowId: string }
  | { readonly kind: 'started'; readonly workflow: WorkflowSnapshot };

export function turnWorkflowId({ progress }: Turn): string | null {
  switch (progress.kind) {
    case 'waiting':
      return progress.workflowId;
    case 'started':
      return progress.workflow.workflowId;
    default:
      return null;
  }
}

export function isOpen({ progress }: Turn): boolean {
  switch (progress.kind) {
    case 'refused':
      return false;
    case 'started':
      return progress.workflow.endedAt === null;
    default:
      return true;
  }
}

/** The last completed answers, oldest first, for a follow-up question. */
export function toHistory(turns: readonly Turn[]): AskRepositoryInput['history'] {
  return turns
    .map(({ question, progress }) => {
      if (progress.kind !== 'started' || progress.workflow.status !== 'completed') return null;
      const result = askRepositoryResultSchema.safeParse(progress.workflow.result);
      if (!result.success) return null;
      return {
        question: question.slice(0, MAX_QUESTION_CHARS),
        answer: result.data.answer.slice(0, MAX_ANSWER_CHARS),
      };
    })
    .filter((answer) => answer !== null)
    .slice(-MAX_TURNS);
}
