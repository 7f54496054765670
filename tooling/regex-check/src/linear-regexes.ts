import { createRequire } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * The patterns known to be linear, with the version of the analyzer: a full analysis takes minutes.
 * `pnpm regexes --write` writes the file, and `pnpm regexes --all` ignores it.
 */
const FILE = new URL('../linear-regexes.txt', import.meta.url);

/** The patterns that the installed version found linear. */
export async function readLinear(): Promise<ReadonlySet<string>> {
  const [version, ...regexes] = (await readFile(FILE, 'utf8')).trimEnd().split('\n');
  return new Set(version === firstLine() ? regexes : []);
}

/**
 * Saves the linear patterns, replacing earlier ones: one per line, so that concurrent changes
 * merge.
 */
export async function writeLinear(regexes: readonly string[]): Promise<void> {
  const lines = regexes.filter((regex) => !regex.includes('\n'));
  await writeFile(FILE, `${[firstLine(), ...lines].join('\n')}\n`);
}

function firstLine(): string {
  return `recheck ${installed()}`;
}

function installed(): string {
  const found: unknown = createRequire(import.meta.url)('recheck/package.json');
  const isKnown = typeof found === 'object' && found !== null && 'version' in found;
  return isKnown ? String(found.version) : '';
}
