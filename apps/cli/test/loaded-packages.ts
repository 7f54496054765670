import { writeFileSync } from 'node:fs';
import { getCompileCacheDir, registerHooks } from 'node:module';

/**
 * Preloaded into a program: at its end, writes the loaded packages and the compile cache's folder.
 */
const packages = new Set<string>();

registerHooks({
  load(url, context, next) {
    const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
    if (name !== undefined) packages.add(name);
    return next(url, context);
  },
});

process.on('exit', () => {
  const { LOADED_PACKAGES: file = '' } = process.env;
  writeFileSync(
    file,
    JSON.stringify({ packages: [...packages], cache: getCompileCacheDir() ?? null }),
  );
});
