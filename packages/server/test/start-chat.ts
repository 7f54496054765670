import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  defineWorkflow,
  FatalError,
} from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { askRepositoryInputSchema } from '@runtape/events';
import { z } from 'zod';
import type { ApiOptions } from '../src/index.ts';
import { startApi } from './start-api.ts';

const resultSchema = z.object({ answer: z.string() });

/**
 * A small askRepository: says what it does, waits until it may go on, and answers with the
 * question. `fail:` and a code as the question makes it fail with that.
 */
function smallAnswerer(mayGoOn: Promise<void>) {
  return defineWorkflow({
    name: 'askRepository',
    input: askRepositoryInputSchema,
    result: resultSchema,
    run: async (ctx, { question, target }) => {
      await ctx.status('searching', `Searching for ${question}`);
      const token = { part: 'answer', content: `You asked ${question}`, isComplete: true };
      await ctx.emit('token', token);
      await Promise.race([mayGoOn, abortOf(ctx.signal)]);
      const [asked, code = 'model_refused'] = question.split(':');
      if (asked === 'fail') throw new FatalError(code, 'The model does not answer that.');
      return { answer: `You asked ${question} of ${target.kind}` };
    },
  });
}

async function abortOf(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return await promise;
}

/**
 * An API with a worker behind it. Questions are answered at once unless `held`, and then after
 * `release()`.
 */
export async function startChat({
  held = false,
  ...options
}: Partial<ApiOptions> & { readonly held?: boolean } = {}) {
  const log = createMemoryEventLog({});
  const queue = createInProcessQueue();
  const { promise: mayGoOn, resolve: release } = Promise.withResolvers<void>();
  if (!held) release();
  const worker = createWorker({ log, queue, definitions: [smallAnswerer(mayGoOn)] });
  await worker.start();
  const started = startApi({ log, starter: createWorkflowStarter({ log, queue }), ...options });
  return {
    ...started,
    release,
    workflows: async () => (await log.list({ limit: 50 })).workflows,
    [Symbol.asyncDispose]: async () => {
      await started[Symbol.asyncDispose]();
      await worker.stop({ graceMs: 0 });
      await log.close();
    },
  };
}
