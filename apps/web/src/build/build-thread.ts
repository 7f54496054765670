import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { build } from 'vite';
import { z } from 'zod';
import { compressFiles } from './compress-files.ts';

// Builds the page, in a thread whose NODE_ENV is not that of the program around it.
const { into } = z.object({ into: z.string() }).parse(workerData);
await build({
  configFile: join(import.meta.dirname, '../../vite.config.ts'),
  logLevel: 'error',
  build: { outDir: into },
});
await compressFiles(into);
