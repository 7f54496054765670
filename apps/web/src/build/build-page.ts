import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { cachedBuild } from './build-cache.ts';

const app = join(import.meta.dirname, '../..');
const workspace = join(app, '../..');
/** Everything whose change can change the page. */
const inputs = [
  join(app, 'src'),
  join(app, 'public'),
  join(app, 'index.html'),
  join(app, 'vite.config.ts'),
  join(workspace, 'pnpm-lock.yaml'),
  ...['events', 'workflow-state', 'client', 'react'].map((name) =>
    join(workspace, 'packages', name, 'src'),
  ),
];

/**
 * Builds the page when there is none, or it is older than its sources.
 * @param onProgress hears what is being done, a sentence at a time.
 * @returns the folder of the built page.
 */
export async function buildPage(options: {
  onProgress: (message: string) => void;
}): Promise<string> {
  return await cachedBuild({
    inputs,
    folder: join(app, 'dist/pages'),
    onBuilding: () => options.onProgress('Building the page …'),
    build: async (into) => {
      const started = performance.now();
      await buildInThread(into);
      const seconds = (performance.now() - started) / 1000;
      options.onProgress(`The page is built (${seconds.toFixed(1)} s).`);
    },
  });
}

/** React would be its slow, large self if the program around it ran with another NODE_ENV, such as that of tests. */
async function buildInThread(into: string): Promise<void> {
  const thread = new Worker(new URL('./build-thread.ts', import.meta.url), {
    env: { ...process.env, NODE_ENV: 'production' },
    workerData: { into },
  });
  await once(thread, 'exit');
}
