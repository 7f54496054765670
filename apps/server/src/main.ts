import { startWithCompileCache, writeCompileCache } from '@runtape/worker/compile-cache';

startWithCompileCache();
// Statically imported modules would not use the compile cache.
const { run } = await import('./run.ts');
await run();
writeCompileCache();
