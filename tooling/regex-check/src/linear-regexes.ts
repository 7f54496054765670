import { createRequire } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * What was found linear, by which version: analysing all of it anew takes minutes. `pnpm regexes
 * --write` writes it, `pnpm regexes --all` does not believe it.
 */
const FILE = new URL('../linear-regexes.txt', import.meta.url);

/** Those that were found linear by the version that is installed. */
export async function readLinear(): Promise<ReadonlySet<string>> {
  const [version, ...regexes] = (await readFile(FILE, 'utf8')).trimEnd().split('\n');
  return new Set(version === firstLine() ? regexes : []);
}

/**
 * Keeps those that were found linear, in place of those before: one a line, so that changes made
 * side by side add up.
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
