import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BuildError } from './build-error.ts';
import { build } from './build.ts';
import { type PublishedPackage, publishedPackages, root } from './published-packages.ts';

const KB = 1000;

/** A packed package. */
export interface Tarball extends PublishedPackage {
  /** Absolute. */
  readonly file: string;
  readonly bytes: number;
}

/**
 * Builds and packs all published packages.
 * @param folder receives the tarballs; its previous content is removed.
 * @param report receives lines of progress.
 * @throws {BuildError} `does_not_compile`, `pack_failed`.
 */
export async function pack(
  folder: string,
  report: (line: string) => void,
): Promise<readonly Tarball[]> {
  await build([], report);
  rmSync(folder, { recursive: true, force: true });
  const tarballs = publishedPackages().map((item) => packOne(item, folder));
  for (const { file, bytes } of tarballs) {
    report(`${basename(file)}: ${Math.ceil(bytes / KB)} kB`);
  }
  return tarballs;
}

function packOne(item: PublishedPackage, folder: string): Tarball {
  // Built already: `prepack` would build each package again.
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const options = {
    cwd: item.path,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  } as const;
  const { status, error, stdout, stderr } = spawnSync('pnpm', args, options);
  if (error !== undefined || status !== 0) {
    const reason = error?.message ?? `${stdout}${stderr}`.trim();
    throw new BuildError('pack_failed', `${item.name} was not packed: ${reason}`);
  }
  const name = item.name.replace('@', '').replace('/', '-');
  const file = join(folder, `${name}-${item.version}.tgz`);
  return { ...item, file, bytes: statSync(file).size };
}

/** The output folder of `pnpm run pack`. */
export const tarballFolder = join(root, 'dist');
