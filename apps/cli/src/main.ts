import { startWithCompileCache } from '@runtape/worker/compile-cache';

startWithCompileCache();
// Imported only now: what is imported before is compiled each time.
await import('./run.ts');
