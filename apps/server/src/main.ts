import { startWithCompileCache, writeCompileCache } from '@runtape/worker/compile-cache';

startWithCompileCache();
// Modules that are imported before are compiled at each start.
const { run } = await import('./run.ts');
await run();
writeCompileCache();
