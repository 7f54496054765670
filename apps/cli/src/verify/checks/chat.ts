import { askRepositoryResultSchema } from '@runtape/github-workflows/contract';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { advice } from '../advice.ts';
import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { jsonRequest, readResponse, shorten } from '../read-response.ts';
import { collect, openStream, readData } from '../read-stream.ts';

/** Both checks ask this question with the same idempotency key, so one workflow answers both. */
const question = 'How does a reader resume after a lost connection?';

const finalSchema = z.object({
  type: z.literal('final'),
  workflowId: z.string(),
  result: z.unknown(),
});

export const chatStream: Check = {
  name: 'chat-stream',
  title: 'a question, answered as a stream',
  run: async (probe) => {
    const body = { query: question, streaming: true, idempotencyKey: probe.runId };
    const response = await openStream(probe, '/api/chat', jsonRequest(body));
    const frames = await collect(readData(response));
    const statuses = frames.filter(({ event }) => event === 'status').length;
    const { event, data } = frames.at(-1) ?? { event: 'nothing', data: '{}' };
    if (event !== 'final' || statuses === 0) {
      throw new CheckFailure({
        expected: 'some status, then final',
        actual: `${statuses} status, then ${event}: ${data.slice(0, 120)}`,
        advice: `${advice.model} "runtape list" shows the workflow.`,
      });
    }
    const { workflowId, result } = finalSchema.parse(JSON.parse(data));
    return await expectAnswer(probe, workflowId, result);
  },
};

export const chatJson: Check = {
  name: 'chat-json',
  title: 'a question, answered as JSON',
  run: async (probe) => {
    const idempotencyKey = probe.runId;
    const query = new URLSearchParams({ query: question, streaming: 'false', idempotencyKey });
    const response = await probe.request(`/api/chat?${query}`);
    const { workflowId, result } = await readResponse(response, finalSchema, { what: 'an answer' });
    return await expectAnswer(probe, workflowId, result);
  },
};

/** @throws CheckFailure when the result is not an answer, or is not the result of the workflow. */
async function expectAnswer(
  { client, cleanUp }: Probe,
  workflowId: string,
  result: unknown,
): Promise<string> {
  cleanUp(workflowId);
  const answer = askRepositoryResultSchema.safeParse(result);
  const { snapshot } = await client.getWorkflow(workflowId);
  if (answer.success && isDeepStrictEqual(result, snapshot.result)) {
    return `${answer.data.answer.length} characters, ${answer.data.sources.length} sources`;
  }
  throw new CheckFailure({
    expected: `the result of ${workflowId}: ${shorten(JSON.stringify(snapshot.result))}`,
    actual: shorten(JSON.stringify(result) ?? 'nothing'),
    advice: advice.responses,
  });
}
