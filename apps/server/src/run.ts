import { runProgram } from '@runtape/worker/run-program';
import { serverEnvShape } from './env.ts';

const { PORT, WORKERS, REDIS_URL, RUNTAPE_DB, ALLOWED_HOSTS, AUTH_SECRET, LOG_LEVEL } =
  serverEnvShape;
const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, GITHUB_TOKEN } = serverEnvShape;

/** Runs the program as its arguments say. Returns once it is ready, or has nothing to do. */
export async function run(): Promise<void> {
  await runProgram(
    {
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
    },
    async (context) => {
      const { serve } = await import('./serve.ts');
      await serve(context);
    },
  );
}
