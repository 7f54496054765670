import { askRepositoryInputSchema } from '@runtape/github-workflows/contract';
import {
  createInProcessQueue,
  createWorker,
  createWorkflowStarter,
  defineWorkflow,
  FatalError,
} from '@runtape/engine';
import { createMemoryEventLog } from '@runtape/event-log/memory';
import { z } from 'zod';
import { type ApiTestOptions, startApi } from './start-api.ts';

const resultSchema = z.object({ answer: z.string() });

/**
 * Defines a small askRepository: it reports a status, waits for `released`, and answers with the
 * question. The question `fail:` with a code makes it fail with this code.
 */
function defineAnswerer(released: Promise<void>) {
  return defineWorkflow({
    name: 'askRepository',
    input: askRepositoryInputSchema,
    result: resultSchema,
    run: async (ctx, { question, target }) => {
      await ctx.status('searching', `Searching for ${question}`);
      const token = { part: 'answer', content: `You asked ${question}`, isComplete: true };
      await ctx.emit('token', token);
      await Promise.race([released, rejectOnAbort(ctx.signal)]);
      const [first, code = 'model_refused'] = question.split(':');
      if (first === 'fail') throw new FatalError(code, 'The model does not answer that.');
      return { answer: `You asked ${question} of ${target.kind}` };
    },
  });
}

async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return await promise;
}

/**
 * Starts an API with a worker. Questions are answered immediately, or if `held`, after `release()`.
 */
export async function startChat({
  held = false,
  ...options
}: ApiTestOptions & { readonly held?: boolean } = {}) {
  const log = createMemoryEventLog({});
  const queue = createInProcessQueue();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  if (!held) release();
  const worker = createWorker({ log, queue, definitions: [defineAnswerer(released)] });
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
