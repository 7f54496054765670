import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { createInProcessQueue, createWorker } from '../src/index.ts';
import { patient, stalling } from './stalling.ts';

/**
 * Runs a worker on a file until the process is killed: `node stalling-process.ts FILE LEASE_MS`.
 */
const [file = '', leaseMs = ''] = process.argv.slice(2);
const log = await openSqliteEventLog({ file });
const worker = createWorker({
  log,
  queue: createInProcessQueue(),
  definitions: [stalling(), patient()],
  leaseMs: Number(leaseMs),
  loopGuard: { openLog: new URL('./open-log.ts', import.meta.url), data: file },
});
await worker.start();
