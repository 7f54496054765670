/** Run by `install-bundled-chromium.ts`: unpacks the archives of the given folder into TMPDIR. */
import { join } from 'node:path';
import chromium, { inflate } from '@sparticuz/chromium';

const [, , archives = ''] = process.argv;
await Promise.all([
  chromium.executablePath(archives),
  // The libraries, which the package itself unpacks only on Amazon Linux.
  inflate(join(archives, 'al2023.tar.br')),
]);
