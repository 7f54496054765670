import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { workerData } from 'node:worker_threads';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'vite';
import { z } from 'zod';

const COMPRESSIBLE = /\.(?:js|css|html|svg)$/;
const toGzip = promisify(gzip);
const toBrotli = promisify(brotliCompress);
/** Qualities 10 and 11 take ten times as long and save only a few per cent. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Adds a `.br` and a `.gz` file for each text file, so that the server need not compress it. */
async function compressFiles(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  const compressible = files.filter((file) => COMPRESSIBLE.test(file));
  await Promise.all(compressible.map((file) => compressFile(join(folder, file))));
}

async function compressFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  await Promise.all([
    writeFile(`${path}.br`, await toBrotli(bytes, BROTLI)),
    writeFile(`${path}.gz`, await toGzip(bytes, { level: 9 })),
  ]);
}

// Runs in a thread whose NODE_ENV is "production".
const { into } = z.object({ into: z.string() }).parse(workerData);
await build({
  configFile: join(import.meta.dirname, '../../vite.config.ts'),
  logLevel: 'error',
  build: { outDir: into },
});
await compressFiles(into);
