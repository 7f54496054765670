import { startWithCompileCache, writeCompileCache } from '@runtape/worker/compile-cache';

startWithCompileCache();
// Imported only now: what is imported before is compiled each time.
const { run } = await import('./run.ts');
await run();
writeCompileCache();
