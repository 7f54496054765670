import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { toNodeHandler } from '@runtape/node-http';
import { listen } from '@runtape/node-http/listen';
import { servePage } from '@runtape/node-http/page';
import { createRuntape } from '../create-runtape.ts';
import { RuntapeError } from '../errors.ts';
import { findWorkflows } from './find-workflows.ts';

const [file = '', folder = '', port = ''] = process.argv.slice(2);

try {
  await serve();
} catch (error) {
  if (!(error instanceof RuntapeError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** Runs and serves the workflows of a file until a signal stops it. */
async function serve(): Promise<void> {
  const exported: unknown = await import(pathToFileURL(file).href);
  const workflows = findWorkflows(exported, file);
  mkdirSync(folder, { recursive: true });
  // So that nobody commits it by mistake.
  writeFileSync(join(folder, '.gitignore'), '*\n');
  const runtape = createRuntape({
    workflows,
    store: join(folder, 'runtape.db'),
    allowedHosts: ['127.0.0.1', 'localhost', '[::1]'],
  });
  await runtape.work({ onStoreRecovered: () => undefined });
  const page = findPage();
  const fetch = async (request: Request): Promise<Response> => {
    const isOfApi = /^\/(?:api|trpc)\//.test(new URL(request.url).pathname);
    return isOfApi || page === null ? await runtape.fetch(request) : await page(request);
  };
  const server = createServer(toNodeHandler({ fetch }));
  const url = await listen(server, port === '' ? undefined : Number(port));
  const names = workflows.map(({ name }) => name).join(', ');
  process.stdout.write(`Runtape runs ${names}. Ready at ${url}\n`);

  const stop = async (): Promise<void> => {
    runtape.drain();
    server.close();
    // The next process continues what runs.
    await runtape.close({ graceMs: 0 });
    server.closeAllConnections();
    process.exit();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void stop());
  }
}

/** Serves the page that the package brings. */
function findPage(): ((request: Request) => Promise<Response>) | null {
  const folderOfPage = fileURLToPath(new URL('../../page', import.meta.url));
  if (!existsSync(join(folderOfPage, 'index.html'))) {
    process.stderr.write('The page is not built; only the API is served.\n');
    return null;
  }
  const page = servePage(folderOfPage);
  return async (request) => await page.fetch(request);
}
