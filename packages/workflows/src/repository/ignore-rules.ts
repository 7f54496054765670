import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { isCheapPattern } from './wildcards.ts';

const MAX_GITIGNORE_CHARS = 100_000;
const ALWAYS = ['.git', 'node_modules'];

/** The rules that hold in a folder: its own and those of the folders above it. */
export interface IgnoreRules {
  /** Tells whether an entry of the folder is ignored. */
  ignores(name: string, isFolder: boolean): boolean;
  /** The rules that hold in a folder within. */
  within(name: string): Promise<IgnoreRules>;
}

interface Level {
  /** From the folder of the rules to the current one, with a slash at the end, or empty. */
  readonly prefix: string;
  readonly rules: Ignore;
}

/** Reads the ignore rules at the root of a repository. */
export async function readIgnoreRules(root: string): Promise<IgnoreRules> {
  return rulesAt(root, [{ prefix: '', rules: ignore().add(ALWAYS) }]);
}

async function rulesAt(folder: string, above: readonly Level[]): Promise<IgnoreRules> {
  const own = await readGitignore(folder);
  // The deepest file with an opinion decides, as with git.
  const levels = own === null ? above : [{ prefix: '', rules: own }, ...above];
  return {
    ignores(name, isFolder) {
      for (const { prefix, rules } of levels) {
        const { ignored, unignored } = rules.test(`${prefix}${name}${isFolder ? '/' : ''}`);
        if (ignored || unignored) return ignored;
      }
      return false;
    },
    within(name) {
      const inside = levels.map(({ prefix, rules }) => ({ prefix: `${prefix}${name}/`, rules }));
      return rulesAt(join(folder, name), inside);
    },
  };
}

async function readGitignore(folder: string): Promise<Ignore | null> {
  let text: string;
  try {
    text = await readFile(join(folder, '.gitignore'), 'utf8');
  } catch {
    // No such file, or one we may not read: no rules.
    return null;
  }
  const patterns = text.slice(0, MAX_GITIGNORE_CHARS).split(/\r?\n/).filter(isCheapPattern);
  return ignore().add(patterns);
}
