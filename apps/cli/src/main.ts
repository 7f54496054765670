import { startWithCompileCache } from '@runtape/worker/compile-cache';

startWithCompileCache();
// Imported after that call, because earlier imports are compiled each time.
await import('./run.ts');
