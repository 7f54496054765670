import { isDeepStrictEqual } from 'node:util';
import { askRepositoryResultSchema } from '@runtape/events';
import { CheckFailure } from './check.ts';
import type { Probe } from './probe.ts';
import { shorten } from './read-answer.ts';

/** Asked twice with one key, and so answered by one workflow. */
export const question = 'How does a reader resume after a lost connection?';

/** @throws CheckFailure when an answer is none, or another than that of the workflow. */
export async function expectAnswer(
  { client, cleanUp }: Probe,
  workflowId: string,
  result: unknown,
): Promise<string> {
  cleanUp(workflowId);
  const answered = askRepositoryResultSchema.safeParse(result);
  const { snapshot } = await client.getWorkflow(workflowId);
  if (answered.success && isDeepStrictEqual(result, snapshot.result)) {
    return `${answered.data.answer.length} characters, ${answered.data.sources.length} sources`;
  }
  throw new CheckFailure({
    expected: `the result of ${workflowId}: ${shorten(JSON.stringify(snapshot.result))}`,
    came: shorten(JSON.stringify(result) ?? 'nothing'),
    advice: 'Is something caching or changing answers between here and the server?',
  });
}
