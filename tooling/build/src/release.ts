import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BuildError } from './build-error.ts';
import { checkTarball } from './check-tarball.ts';
import { pack, type Tarball, tarballFolder } from './pack.ts';
import { root } from './published-packages.ts';

const rootSchema = z.object({ repository: z.object({ url: z.string() }) });

/**
 * Builds, checks and packs all packages, and publishes them to npm. Changes nothing in git.
 * @param isDryRun whether it stops before it publishes.
 * @param report gets lines of progress, and what is (or would be) published.
 * @throws {BuildError} `not_ready`, `bad_tarball`, `publish_failed`; what `pack` throws.
 */
export async function release(isDryRun: boolean, report: (line: string) => void): Promise<void> {
  const missing = whatIsMissing();
  if (!isDryRun && missing.length > 0) throw new BuildError('not_ready', missing.join('\n'));
  const tarballs = await pack(tarballFolder, () => {});
  report(`Built and packed ${tarballs.length} packages.`);
  await checkAll(tarballs);
  report('publint and arethetypeswrong find nothing to correct.');
  for (const { name, version, bytes } of tarballs) {
    report(
      `${isDryRun ? 'Would publish' : 'Will publish'} ${name}@${version}, ${kilobytes(bytes)}`,
    );
  }
  if (!isDryRun) publish();
  for (const line of isDryRun ? missing : []) report(`Before a release: ${line}`);
  const [first] = tarballs;
  report(
    isDryRun
      ? 'Nothing was published.'
      : `Published. Now tag the commit: git tag v${first?.version} && git push --tags`,
  );
}

/** What a person must do first. */
function whatIsMissing(): readonly string[] {
  const missing: string[] = [];
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (rootSchema.parse(manifest).repository.url === '') {
    missing.push('Set repository.url in the package.json at the root, for the pages on npm.');
  }
  const changes = globSync('.changeset/*.md', { cwd: root, exclude: ['.changeset/README.md'] });
  if (changes.length > 0) {
    missing.push(
      `Run \`npx pnpm@12 changeset version\` and commit. Changes without a version: ${changes.length}.`,
    );
  }
  return missing;
}

async function checkAll(tarballs: readonly Tarball[]): Promise<void> {
  const problems: string[] = [];
  for (const { name, file } of tarballs) {
    for (const line of await checkTarball(file)) problems.push(`${name}: ${line}`);
  }
  if (problems.length > 0) throw new BuildError('bad_tarball', problems.join('\n'));
}

/** Leaves out versions that npm has already, so that a release that failed can be run again. */
function publish(): void {
  const options = ['--access', 'public', '--ignore-scripts'];
  const args = ['--recursive', '--filter', './packages/*', 'publish', ...options];
  const shell = process.platform === 'win32';
  const { status, error } = spawnSync('pnpm', args, { cwd: root, stdio: 'inherit', shell });
  if (error === undefined && status === 0) return;
  const reason = error === undefined ? 'pnpm says why above.' : error.message;
  throw new BuildError(
    'publish_failed',
    `Not everything was published: ${reason} Run the release again to publish the rest.`,
  );
}

const kilobytes = (bytes: number): string => `${Math.ceil(bytes / 1000)} kB`;
