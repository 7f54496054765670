import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { cachedBuild } from './build-cache.ts';

const app = join(import.meta.dirname, '../..');
const workspace = join(app, '../..');
const inputs = [
  join(app, 'src'),
  join(app, 'public'),
  join(app, 'index.html'),
  join(app, 'vite.config.ts'),
  join(workspace, 'pnpm-lock.yaml'),
  ...['events', 'workflow-state', 'contract', 'client', 'react'].map((name) =>
    join(workspace, 'packages', name, 'src'),
  ),
];

/**
 * Builds the page if its sources are newer than the last build.
 * @param onProgress called with a sentence about each stage.
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
      options.onProgress(`Built the page (${seconds.toFixed(1)} s).`);
    },
  });
}

/** Uses a thread, because with the NODE_ENV of tests React would be built for development. */
async function buildInThread(into: string): Promise<void> {
  const thread = new Worker(new URL('./build-thread.ts', import.meta.url), {
    env: { ...process.env, NODE_ENV: 'production' },
    workerData: { into },
  });
  await once(thread, 'exit');
}
