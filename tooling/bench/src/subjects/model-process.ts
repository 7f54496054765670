import { startDemoModel } from '@runtape/worker/demo-model';
import { z } from 'zod';
import { answerCalls } from '../processes/answer-calls.ts';

const startSchema = z.object({ tokensPerSecond: z.number() });

/** The demo model in a separate process, because a real model runs elsewhere. */
answerCalls({
  start: async (argument) => (await startDemoModel(startSchema.parse(argument))).url,
});
