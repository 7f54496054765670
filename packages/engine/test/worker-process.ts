import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { createInProcessQueue, createWorker } from '../src/index.ts';
import { twoSteps } from './two-steps.ts';

/** Runs a worker on a file until the process is killed: `node worker-process.ts FILE LEASE_MS`. */
const [file = '', leaseMs = ''] = process.argv.slice(2);
const log = await openSqliteEventLog({ file });
const worker = createWorker({
  log,
  queue: createInProcessQueue(),
  definitions: [twoSteps({ endless: true })],
  leaseMs: Number(leaseMs),
});
await worker.start();
