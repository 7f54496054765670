import { workerEnvShape } from './env.ts';
import { runProgram } from './run-program.ts';

const { WORKERS, REDIS_URL, REDIS_CLUSTER_NODES, RUNTAPE_DB, LEASE_SECONDS, LOG_LEVEL } =
  workerEnvShape;
const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, GITHUB_TOKEN } = workerEnvShape;

/** Runs the program as its arguments say. Returns once it is ready, or has nothing to do. */
export async function run(): Promise<void> {
  await runProgram(
    {
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
    },
    async (context) => {
      const { work } = await import('./work.ts');
      await work(context);
    },
  );
}
