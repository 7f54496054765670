import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPage } from '@runtape/web/build';
import { BuildError } from './build-error.ts';
import { compile } from './compile.ts';
import { placeOutput } from './place-output.ts';
import { type PublishedPackage, publishedPackages, root } from './published-packages.ts';

/** Its command serves the page. */
const WITH_PAGE = 'runtape';

/**
 * Builds published packages into their `dist`.
 * @param folders such as `event-log`; empty for all packages.
 * @param report receives lines of progress.
 * @throws {BuildError} `no_such_package`, `does_not_compile`.
 */
export async function build(
  folders: readonly string[],
  report: (line: string) => void,
): Promise<void> {
  const published = publishedPackages();
  const unknown = folders.filter((name) => !published.some(({ folder }) => folder === name));
  if (unknown.length > 0) {
    const known = published.map(({ folder }) => folder).join(', ');
    throw new BuildError(
      'no_such_package',
      `No package that is published has the folder ${unknown.join(', ')}. There are: ${known}.`,
    );
  }
  const wanted = published.filter(({ folder }) => folders.length === 0 || folders.includes(folder));
  const started = performance.now();
  // In the repository, so that renaming a folder never crosses a file system.
  const cache = join(root, 'node_modules/.cache/build');
  mkdirSync(cache, { recursive: true });
  const outDir = mkdtempSync(join(cache, 'out-'));
  try {
    report('Compiling all packages …');
    compile(outDir);
    for (const item of wanted) {
      const output = join(outDir, item.folder, 'src');
      if (!existsSync(output)) throw new BuildError('no_such_package', `${item.name} has no src.`);
      report(`${item.name}: ${placeOutput(output, item)} modules`);
      if (item.name === WITH_PAGE) await placePage(item, report);
    }
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  report(`Built ${wanted.length} packages in ${seconds} s.`);
}

/** Puts the built page into a package. */
async function placePage(
  { path }: PublishedPackage,
  report: (line: string) => void,
): Promise<void> {
  const page = join(path, 'page');
  const built = await buildPage({ onProgress: report });
  rmSync(page, { recursive: true, force: true });
  cpSync(built, page, { recursive: true, filter: (file) => !file.endsWith('.map') });
}
