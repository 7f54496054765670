import { createLogger } from '@runtape/worker/create-logger';
import type { ProgramContext } from '@runtape/worker/run-program';
import { STORE_RECOVERED } from '@runtape/worker/run-workflows';
import { stopOnSignal } from '@runtape/worker/stop-on-signal';
import { buildPage } from '@runtape/web/build';
import { readServerEnv } from './env.ts';
import { startServer } from './start-server.ts';

const HAND_OVER_AFTER_MS = 2000;

/**
 * Runs the server until a signal stops it.
 * @throws EnvError; ListenError `port_taken`; EventLogError when the store cannot be opened.
 */
export async function serve({ process, print, printReady }: ProgramContext): Promise<void> {
  const env = readServerEnv(process.env, { onWarning: (message) => print(`Warning: ${message}`) });
  const logger = createLogger('server', env.LOG_LEVEL);
  const page = await buildPage({ onProgress: print });
  const server = await startServer({
    env,
    page,
    onError: (error) => logger.error({ err: error }, 'server'),
    onStoreRecovered: (awayMs) => logger.warn({ awayMs }, STORE_RECOVERED),
    onWarning: (message) => print(`Warning: ${message}`),
  });
  stopOnSignal({
    process,
    print,
    stop: () => server.stop({ graceMs: HAND_OVER_AFTER_MS }),
  });
  print(`Workflows are kept in ${server.store}.`);
  if (server.usesDemoModel) {
    print('The built-in demo model writes the drafts. Set OPENAI_API_KEY for a real model.');
  }
  printReady(`Runtape is ready at ${server.url}`);
}
