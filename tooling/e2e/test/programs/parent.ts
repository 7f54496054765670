/** Starts `server.ts`, which notices (as its standard input ends) when this one is gone. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

spawn(process.execPath, [join(import.meta.dirname, 'server.ts'), 'child'], {
  stdio: ['pipe', 'inherit', 'inherit'],
});
process.on('SIGINT', () => {});
