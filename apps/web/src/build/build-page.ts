import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const app = join(import.meta.dirname, '../..');
const workspace = join(app, '../..');
const output = join(app, 'dist');
const stamp = join(output, '.built');
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
  const newest = Math.max(...(await Promise.all(inputs.map(newestChange))));
  if ((await builtFrom()) === String(newest)) return output;
  options.onProgress('Building the page …');
  // Vite is loaded only when there is something to build: it costs half a second.
  const { build } = await import('vite');
  const started = performance.now();
  await build({ configFile: join(app, 'vite.config.ts'), logLevel: 'error' });
  await writeFile(stamp, String(newest));
  options.onProgress(`The page is built (${((performance.now() - started) / 1000).toFixed(1)} s).`);
  return output;
}

async function builtFrom(): Promise<string | null> {
  return await readFile(stamp, 'utf8').catch(() => null);
}

/** When the newest file below a path was changed, in ms since 1970. */
async function newestChange(path: string): Promise<number> {
  const found = await stat(path);
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path);
  const times = await Promise.all(names.map((name) => newestChange(join(path, name))));
  return Math.max(found.mtimeMs, ...times);
}
