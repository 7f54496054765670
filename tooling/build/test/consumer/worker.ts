import { runtape } from './app.ts';

await runtape.work({ leaseMs: 1000, retryBaseMs: 100 });
console.log('The worker is ready.');
