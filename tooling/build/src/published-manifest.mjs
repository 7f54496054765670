// JavaScript, because pnpm runs this file with the Node of the machine, which may be too old for
// TypeScript.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Called by `pnpm pack` and `pnpm publish`. */
export const hooks = {
  beforePacking(manifest, directory) {
    const file = new URL('../../../package.json', import.meta.url);
    // The URL of the repository is defined once, in the root manifest.
    const { repository } = JSON.parse(readFileSync(file, 'utf8'));
    return publishedManifest(manifest, `packages/${basename(directory)}`, repository.url);
  },
};

/**
 * Converts a manifest whose exports are sources to the one to publish.
 * @param directory in the repository.
 * @param url of the repository, such as `git+https://…/….git`; empty if it has none.
 */
export function publishedManifest(manifest, directory, url) {
  const { scripts: _scripts, devDependencies: _devDependencies, ...published } = manifest;
  const page = url.replace(/^git\+/, '').replace(/\.git$/, '');
  return {
    ...published,
    ...(url !== '' && {
      repository: { type: 'git', url, directory },
      homepage: `${page}/tree/main/${directory}#readme`,
      bugs: `${page}/issues`,
    }),
    ...(manifest.bin && { bin: builtBin(manifest.bin) }),
    ...(manifest.imports && { imports: builtExports(manifest.imports) }),
    ...(manifest.exports && {
      exports: { ...builtExports(manifest.exports), './package.json': './package.json' },
    }),
  };
}

/** `./src/index.ts` → its types and its JavaScript. Other files and conditions stay. */
function builtExports(target) {
  if (typeof target === 'string') {
    const [, path] = /^\.\/src\/(.+)\.tsx?$/.exec(target) ?? [];
    if (path === undefined) return target;
    return { types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` };
  }
  const entries = Object.entries(target);
  return Object.fromEntries(entries.map(([key, value]) => [key, builtExports(value)]));
}

function builtBin(bin) {
  if (typeof bin === 'string') return bin.replace(/^\.\/src\/(.+)\.ts$/, './dist/$1.js');
  return Object.fromEntries(Object.entries(bin).map(([name, file]) => [name, builtBin(file)]));
}
