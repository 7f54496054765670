import { isDeepStrictEqual } from 'node:util';
import { askRepositoryResultSchema } from '@runtape/events';
import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import type { Probe } from '../probe.ts';
import { readAnswer, shorten } from '../read-answer.ts';
import { expectStream, readStream } from '../read-stream.ts';

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
    const response = await probe.ask('/api/chat', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ query: question, streaming: true, idempotencyKey: probe.runId }),
    });
    await expectStream(response);
    let statuses = 0;
    let last = { event: 'nothing', data: '{}' };
    for await (const { event = '', data } of readStream(response)) {
      if (data === undefined) continue;
      if (event === 'status') statuses += 1;
      last = { event, data };
    }
    if (last.event !== 'final' || statuses === 0) {
      throw new CheckFailure({
        expected: 'some status, then final',
        came: `${statuses} status, then ${last.event}: ${last.data.slice(0, 120)}`,
        advice: 'Check the settings of the model; "runtape list" shows the workflow.',
      });
    }
    const { workflowId, result } = finalSchema.parse(JSON.parse(last.data));
    return await expectAnswer(probe, workflowId, result);
  },
};

export const chatJson: Check = {
  name: 'chat-json',
  title: 'a question, answered at once as JSON',
  run: async (probe) => {
    const query = new URLSearchParams({
      query: question,
      streaming: 'false',
      idempotencyKey: probe.runId,
    });
    const response = await probe.ask(`/api/chat?${query}`);
    const { workflowId, result } = await readAnswer(response, finalSchema, { what: 'an answer' });
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
  const answered = askRepositoryResultSchema.safeParse(result);
  const { snapshot } = await client.getWorkflow(workflowId);
  if (answered.success && isDeepStrictEqual(result, snapshot.result)) {
    return `${answered.data.answer.length} characters, ${answered.data.sources.length} sources`;
  }
  throw new CheckFailure({
    expected: `the result of ${workflowId}: ${shorten(JSON.stringify(snapshot.result))}`,
    came: shorten(JSON.stringify(result) ?? 'nothing'),
    advice: 'Check whether something between here and the server caches or changes answers.',
  });
}
