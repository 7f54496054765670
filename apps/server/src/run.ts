import { EnvError } from '@runtape/worker/env';
import { readArguments } from '@runtape/worker/read-arguments';
import { terminalText } from '@runtape/worker/terminal-text';
import { serverEnvShape } from './env.ts';

const { PORT, WORKERS, REDIS_URL, RUNTAPE_DB, ALLOWED_HOSTS, AUTH_SECRET, LOG_LEVEL } =
  serverEnvShape;
const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, GITHUB_TOKEN } = serverEnvShape;

/** Runs the program as its arguments say. Returns once it is ready, or has nothing to do. */
export async function run(): Promise<void> {
  const endWith = readArguments(process.argv.slice(2), {
    name: 'npx pnpm@12 start',
    description:
      'Serves the page and the API, and runs workflows unless WORKERS=0. Listens on 127.0.0.1 only, on PORT, or on 4310 or the next free port. The line `Runtape is ready at …` says which.',
    settings: {
      PORT,
      WORKERS,
      REDIS_URL,
      RUNTAPE_DB,
      OPENAI_API_KEY,
      OPENAI_BASE_URL,
      OPENAI_MODEL,
      GITHUB_TOKEN,
      ALLOWED_HOSTS,
      AUTH_SECRET,
      LOG_LEVEL,
    },
  });
  if (endWith === undefined) await start();
  else process.exitCode = endWith;
}

async function start(): Promise<void> {
  try {
    // Imported only now: --help does not need it.
    const { serve } = await import('./serve.ts');
    await serve({ process, say, announce: console.log });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof EnvError ? 2 : 1;
  }
}

/** Foreign text, such as errors of a store, must not control the terminal. */
function say(message: string): void {
  console.error(terminalText(message));
}
