import { startWithCompileCache, writeCompileCache } from './compile-cache.ts';

startWithCompileCache();
// Modules that are imported before are compiled at each start.
const { run } = await import('./run.ts');
await run();
writeCompileCache();
