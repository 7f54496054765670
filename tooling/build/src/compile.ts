import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BuildError } from './build-error.ts';
import { root } from './published-packages.ts';

/**
 * Compiles the sources of all packages at once: a package's types need those of the others.
 * @param outDir receives `<package>/src/…` for each package.
 * @throws {BuildError} `does_not_compile`, after printing the errors.
 */
export function compile(outDir: string): void {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  const tsc = join(dirname(manifest), 'bin/tsc');
  const args = [tsc, '--project', join(root, 'tsconfig.build.json'), '--outDir', outDir];
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  if (status === 0) return;
  throw new BuildError(
    'does_not_compile',
    'Nothing was built. Correct the errors above, and run the build again.',
  );
}
