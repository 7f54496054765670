import { createLogger } from './create-logger.ts';
import { EnvError, readWorkerEnv } from './env.ts';
import { openStore } from './open-store.ts';
import type { ProgramContext } from './run-program.ts';
import { runWorkflows, STORE_RECOVERED } from './run-workflows.ts';
import { stopOnSignal } from './stop-on-signal.ts';
import { sweepEnded } from './sweep-ended.ts';

const HAND_OVER_AFTER_MS = 2000;

/**
 * Runs a worker until a signal stops it.
 * @throws EnvError; EventLogError when the store cannot be opened.
 */
export async function work({ process, print, printReady }: ProgramContext): Promise<void> {
  const onWarning = (message: string): void => print(`Warning: ${message}`);
  const env = readWorkerEnv(process.env, { onWarning });
  const logger = createLogger('worker', env.LOG_LEVEL);
  if (env.WORKERS === 0)
    throw new EnvError('WORKERS=0 leaves a worker nothing to do. Set 1 or more.');
  const store = await openStore(env, onWarning);
  const worker = await runWorkflows(env, store, {
    onError: (error) => logger.error({ err: error }, 'workflow'),
    onStoreRecovered: (awayMs) => logger.warn({ awayMs }, STORE_RECOVERED),
  });
  const sweep = sweepEnded(env, store.log, (error) => logger.error({ err: error }, 'sweep'));
  stopOnSignal({
    process,
    print,
    stop: async () => {
      await Promise.all([sweep.stop(), worker.stop({ graceMs: HAND_OVER_AFTER_MS })]);
      await store[Symbol.asyncDispose]();
    },
  });
  const model = worker.usesDemoModel ? 'the demo model' : env.OPENAI_MODEL;
  printReady(
    `Runtape worker is ready: up to ${env.WORKERS} workflows at once from ${store.description}, with ${model}.`,
  );
}
