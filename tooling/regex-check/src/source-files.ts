import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Whose `src` is checked: what runs where foreign text comes in. */
const GROUPS: readonly string[] = ['packages', 'apps'];

const EXTENSIONS: readonly string[] = [
  '.ts',
  '.tsx',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
];

/** The source files whose regular expressions are checked, relative to `root`, sorted. */
export async function sourceFiles(root: string): Promise<readonly string[]> {
  const members = GROUPS.map(async (group) => {
    const entries = await readdir(join(root, group), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => `${group}/${name}`);
  });
  const files = (await Promise.all(members)).flat().map(async (folder) => {
    const entries = await readdir(join(root, folder, 'src'), {
      recursive: true,
      withFileTypes: true,
    });
    return entries
      .filter((entry) => entry.isFile() && EXTENSIONS.some((end) => entry.name.endsWith(end)))
      .map(({ parentPath, name }) => relative(root, join(parentPath, name)).replaceAll('\\', '/'));
  });
  return (await Promise.all(files)).flat().sort();
}
