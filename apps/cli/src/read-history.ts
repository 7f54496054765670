import type { RuntapeClient } from '@runtape/client';
import { type AskRepositoryInput, askRepositoryResultSchema } from '@runtape/events';

/** A follow-up question seldom reaches further back. */
const MAX_TURNS = 5;
const MAX_LISTED = 200;

/** What was asked and answered in a thread before, oldest first; of those among the newest 200 questions on the server. */
export async function readHistory(
  client: RuntapeClient,
  threadId: string,
): Promise<AskRepositoryInput['history']> {
  const { workflows } = await client.listWorkflows({
    workflow: 'askRepository',
    status: ['completed'],
    limit: MAX_LISTED,
  });
  const ofThread = workflows.filter((workflow) => workflow.threadId === threadId);
  const turns = ofThread.slice(0, MAX_TURNS).map(async ({ workflowId, title }) => {
    const { snapshot } = await client.getWorkflow(workflowId);
    const result = askRepositoryResultSchema.safeParse(snapshot.result);
    return result.success ? { question: title, answer: result.data.answer } : null;
  });
  return (await Promise.all(turns)).filter((turn) => turn !== null).toReversed();
}
