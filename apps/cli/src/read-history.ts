import type { RuntapeClient } from '@runtape/client';
import { type AskRepositoryInput, askRepositoryResultSchema } from '@runtape/events';

/** A follow-up question seldom reaches further back. */
const MAX_TURNS = 5;

/** What was asked and answered in a thread before: its newest questions that were answered, oldest first. */
export async function readHistory(
  client: RuntapeClient,
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
