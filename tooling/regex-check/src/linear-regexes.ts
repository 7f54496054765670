import { createRequire } from 'node:module';
import { readFile, writeFile } from 'node:fs/promises';

/**
 * What was found linear, by which version: analysing all of it anew takes minutes. `pnpm regexes --write` writes it,
 * `pnpm regexes --all` does not believe it.
 */
const FILE = new URL('../linear-regexes.json', import.meta.url);

interface LinearRegexes {
  readonly recheck: string;
  readonly regexes: readonly string[];
}

/** Those that were found linear by the version that is installed. */
export async function readLinear(): Promise<ReadonlySet<string>> {
  const kept = parse(JSON.parse(await readFile(FILE, 'utf8')));
  return new Set(kept.recheck === installed() ? kept.regexes : []);
}

/** Keeps those that were found linear, in place of those before. */
export async function writeLinear(regexes: readonly string[]): Promise<void> {
  const kept: LinearRegexes = { recheck: installed(), regexes };
  await writeFile(FILE, `${JSON.stringify(kept, null, 2)}\n`);
}

function parse(value: unknown): LinearRegexes {
  if (typeof value !== 'object' || value === null) throw broken();
  if (!('recheck' in value) || typeof value.recheck !== 'string') throw broken();
  if (!('regexes' in value) || !Array.isArray(value.regexes)) throw broken();
  const regexes = value.regexes.filter((each): each is string => typeof each === 'string');
  return { recheck: value.recheck, regexes };
}

function broken(): Error {
  return new Error('linear-regexes.json is broken. Write it anew: pnpm regexes --all --write');
}

function installed(): string {
  const found: unknown = createRequire(import.meta.url)('recheck/package.json');
  const isKnown = typeof found === 'object' && found !== null && 'version' in found;
  return isKnown ? String(found.version) : '';
}
