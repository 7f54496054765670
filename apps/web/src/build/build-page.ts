import { join } from 'node:path';
import { keepBuilt } from './keep-built.ts';

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
  return await keepBuilt({
    inputs,
    folder: join(app, 'dist/pages'),
    onBuilding: () => options.onProgress('Building the page …'),
    build: async (into) => {
      const started = performance.now();
      // Loaded only when there is something to build: it costs half a second.
      const { build } = await import('vite');
      await build({
        configFile: join(app, 'vite.config.ts'),
        logLevel: 'error',
        build: { outDir: into },
      });
      const seconds = (performance.now() - started) / 1000;
      options.onProgress(`The page is built (${seconds.toFixed(1)} s).`);
    },
  });
}
