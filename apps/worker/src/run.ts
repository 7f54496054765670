import { EnvError, workerEnvShape } from './env.ts';
import { readArguments } from './read-arguments.ts';
import { terminalText } from './terminal-text.ts';

const { WORKERS, REDIS_URL, REDIS_CLUSTER_NODES, RUNTAPE_DB, LEASE_SECONDS, LOG_LEVEL } =
  workerEnvShape;
const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, GITHUB_TOKEN } = workerEnvShape;

/** Runs the program as its arguments say. Returns once it is ready, or has nothing to do. */
export async function run(): Promise<void> {
  const endWith = readArguments(process.argv.slice(2), {
    name: 'npx pnpm@12 worker',
    description:
      'Runs workflows that any server on the same store has started, and takes over those whose worker has died. It listens on no port.',
    settings: {
      WORKERS,
      REDIS_URL,
      REDIS_CLUSTER_NODES,
      RUNTAPE_DB,
      LEASE_SECONDS,
      OPENAI_API_KEY,
      OPENAI_BASE_URL,
      OPENAI_MODEL,
      GITHUB_TOKEN,
      LOG_LEVEL,
    },
  });
  if (endWith === undefined) await start();
  else process.exitCode = endWith;
}

async function start(): Promise<void> {
  try {
    // Imported only now: --help does not need it.
    const { work } = await import('./work.ts');
    await work({ process, say, announce: console.log });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof EnvError ? 2 : 1;
  }
}

/** Foreign text, such as errors of a store, must not control the terminal. */
function say(message: string): void {
  console.error(terminalText(message));
}
