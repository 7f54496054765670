import { writeFileSync } from 'node:fs';
import { getCompileCacheDir, registerHooks } from 'node:module';

/**
 * Preloaded into a program: writes which packages it loaded, and where it keeps what was compiled,
 * once it ends.
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
