import { type AskRepositoryInput, askRepositoryInputSchema } from '@runtape/events';
import { trpc } from '../connect.ts';

/** What workflows were asked, as far as it is known: the whole question, and what it was about. */
export function useQuestions(
  workflowIds: readonly string[],
): ReadonlyMap<string, AskRepositoryInput> {
  const queries = trpc.useQueries((t) =>
    workflowIds.map((workflowId) =>
      t.workflow.input({ workflowId }, { staleTime: Number.POSITIVE_INFINITY }),
    ),
  );
  const questions = new Map<string, AskRepositoryInput>();
  for (const [index, { data }] of queries.entries()) {
    const asked = askRepositoryInputSchema.safeParse(data?.input);
    const workflowId = workflowIds[index];
    if (asked.success && workflowId !== undefined) questions.set(workflowId, asked.data);
  }
  return questions;
}
