import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { expectAnswer, question } from '../expect-answer.ts';
import { expectStream, readStream } from '../read-stream.ts';

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
        advice: 'Look at the settings of the model; "runtape list" shows the workflow.',
      });
    }
    const { workflowId, result } = finalSchema.parse(JSON.parse(last.data));
    return await expectAnswer(probe, workflowId, result);
  },
};
