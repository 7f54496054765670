import {
  type AskRepositoryInput,
  askRepositoryResultSchema,
  MAX_QUESTION_CHARS,
  type RepositoryTarget,
  type WorkflowSnapshot,
} from '@runtape/events';

/** A follow-up question seldom reaches further back. */
const MAX_TURNS = 5;
const MAX_ANSWER_CHARS = 50_000;

/** What is asked about what. */
export interface Asked {
  readonly question: string;
  readonly target: RepositoryTarget;
}

/** A question, and what came of it. */
export interface Turn {
  readonly key: string;
  /** Its first line, until all of it is known. */
  readonly question: string;
  /** What it was about; `null` until that is known. */
  readonly target: RepositoryTarget | null;
  readonly progress: Progress;
}

export type Progress =
  /** It is on its way to the server. */
  | { readonly kind: 'sending' }
  /** It did not get there, or was refused. */
  | { readonly kind: 'refused'; readonly message: string }
  /** No worker has taken it up yet. */
  | { readonly kind: 'waiting'; readonly workflowId: string }
  | { readonly kind: 'begun'; readonly workflow: WorkflowSnapshot };

/** Which workflow answers it, once there is one. */
export function workflowIdOf({ progress }: Turn): string | null {
  switch (progress.kind) {
    case 'waiting':
      return progress.workflowId;
    case 'begun':
      return progress.workflow.workflowId;
    default:
      return null;
  }
}

/** An answer is still to come. */
export function isOpen({ progress }: Turn): boolean {
  switch (progress.kind) {
    case 'refused':
      return false;
    case 'begun':
      return progress.workflow.endedAt === null;
    default:
      return true;
  }
}

/** What was said before, oldest first, as a follow-up question takes it along: the last answers that were finished. */
export function historyOf(turns: readonly Turn[]): AskRepositoryInput['history'] {
  return turns
    .map(({ question, progress }) => {
      if (progress.kind !== 'begun' || progress.workflow.status !== 'completed') return null;
      const result = askRepositoryResultSchema.safeParse(progress.workflow.result);
      if (!result.success) return null;
      return {
        question: question.slice(0, MAX_QUESTION_CHARS),
        answer: result.data.answer.slice(0, MAX_ANSWER_CHARS),
      };
    })
    .filter((said) => said !== null)
    .slice(-MAX_TURNS);
}
