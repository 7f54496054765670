import { startWithCompileCache, writeCompileCache } from './compile-cache.ts';

startWithCompileCache();
// Imported only now: what is imported before is compiled each time.
const { run } = await import('./run.ts');
await run();
writeCompileCache();
