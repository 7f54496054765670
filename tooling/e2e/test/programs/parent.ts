/** Starts `server.ts`, whose standard input ends when this process ends. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), 'child'], {
  stdio: ['pipe', 'inherit', 'inherit'],
});
process.on('SIGINT', () => {});
