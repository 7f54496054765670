import { createWorker } from '@runtape/engine';
import { countdown } from './countdown.ts';
import { openStore } from './open-store.ts';

const worker = createWorker({
  ...(await openStore()),
  definitions: [countdown],
  leaseMs: 1000,
  retryBaseMs: 100,
  onError: (error) => console.error(error),
});
await worker.start();
console.log('The worker is ready.');
