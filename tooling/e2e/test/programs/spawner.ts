/** Drives `server.ts` as a test does, and never disposes of it. */
import { join } from 'node:path';
import { spawnProgram } from '@runtape/e2e';

const server = spawnProgram(join(import.meta.dirname, 'server.ts'));
await server.waitForLine(/^ready/);
console.log(`server is ${server.pid}`);
if (process.argv[2] === 'exit') process.exit(0);
