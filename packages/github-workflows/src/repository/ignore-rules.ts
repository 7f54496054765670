import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimeSlice } from '@runtape/async';
import { eachLine } from '../text/decode-text.ts';
import { matchesPath, parsePathPattern, type PathPattern } from './glob.ts';

const FILE = '.gitignore';
/** The maximum size of one file, in bytes. */
const MAX_FILE_BYTES = 1_000_000;
/** The maximum number of rules for a folder, including those of its parents. */
const MAX_RULES = 50_000;
const RULES_AT_ONCE = 64;

interface Rule {
  readonly pattern: PathPattern;
  /** The rule re-includes paths that an earlier rule ignores. */
  readonly isNegated: boolean;
}

/** The rules of one `.gitignore`. */
interface Level {
  /** The number of folders between the root and the file. */
  readonly depth: number;
  /** The last rule comes first, because it takes precedence. */
  readonly rules: readonly Rule[];
}

/** The `.gitignore` rules that apply in a folder: its own and those of its parents. */
export class IgnoreRules {
  /** False if there are too many rules to apply. Nothing in the folder may be shown then. */
  readonly isComplete: boolean;
  readonly #path: string;
  /** The names from the root to the folder, in lower case. */
  readonly #folders: readonly string[];
  /** The deepest level comes first, because it takes precedence, as in git. */
  readonly #levels: readonly Level[];
  readonly #slice: TimeSlice;

  private constructor(
    location: { path: string; folders: readonly string[] },
    { levels, isWhole }: { levels: readonly Level[]; isWhole: boolean },
    slice: TimeSlice,
  ) {
    this.#path = location.path;
    this.#folders = location.folders;
    this.#levels = levels;
    this.#slice = slice;
    const count = levels.reduce((sum, { rules }) => sum + rules.length, 0);
    this.isComplete = isWhole && count <= MAX_RULES;
  }

  /** Reads the rules at the root of a repository. @param slice divides long work. */
  static async read(root: string, slice: TimeSlice): Promise<IgnoreRules> {
    return IgnoreRules.#at({ path: root, folders: [] }, [], slice);
  }

  /** The rules that apply in a subfolder. */
  async within(name: string): Promise<IgnoreRules> {
    const location = {
      path: join(this.#path, name),
      folders: [...this.#folders, name.toLowerCase()],
    };
    return IgnoreRules.#at(location, this.#levels, this.#slice);
  }

  /**
   * Whether an entry of the folder is ignored. Ignored folders are never entered, so no parent is
   * ignored.
   */
  async ignores(name: string, isFolder: boolean): Promise<boolean> {
    const lowerName = name.toLowerCase();
    let tried = 0;
    for (const { depth, rules } of this.#levels) {
      for (const { pattern, isNegated } of rules) {
        tried += 1;
        // Checking the time takes longer than most rules do.
        if (tried % RULES_AT_ONCE === 0 && this.#slice.due) await this.#slice.yield();
        if (pattern.isForFolders && !isFolder) continue;
        if (matchesPath(pattern, this.#folders, lowerName, depth)) return !isNegated;
      }
    }
    return false;
  }

  static async #at(
    location: { path: string; folders: readonly string[] },
    above: readonly Level[],
    slice: TimeSlice,
  ): Promise<IgnoreRules> {
    const { rules, isWhole } = await readRules(join(location.path, FILE), slice);
    const own = rules.length === 0 ? [] : [{ depth: location.folders.length, rules }];
    return new IgnoreRules(location, { levels: [...own, ...above], isWhole }, slice);
  }
}

interface ReadRules {
  readonly rules: readonly Rule[];
  readonly isWhole: boolean;
}

async function readRules(path: string, slice: TimeSlice): Promise<ReadRules> {
  const rules: Rule[] = [];
  const { text, isWhole } = await readText(path);
  for (const line of eachLine(text)) {
    if (slice.due) await slice.yield();
    const rule = parseRule(line);
    if (rule !== null) rules.push(rule);
  }
  return { rules: rules.toReversed(), isWhole };
}

async function readText(path: string): Promise<{ text: string; isWhole: boolean }> {
  try {
    // Like git, follows no link here; a pipe would block.
    await using file = await open(
      path,
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
    const stat = await file.stat();
    const buffer = Buffer.alloc(stat.isFile() ? Math.min(stat.size, MAX_FILE_BYTES) : 0);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    const text = new TextDecoder().decode(buffer.subarray(0, bytesRead));
    return { text, isWhole: stat.size <= MAX_FILE_BYTES };
  } catch {
    // The file is missing or unreadable: no rules.
    return { text: '', isWhole: true };
  }
}

/** Parses a line of a `.gitignore`; `null` if it has no rule. */
function parseRule(line: string): Rule | null {
  const text = withoutTrailingBlanks(line);
  if (text === '' || text.startsWith('#')) return null;
  const isNegated = text.startsWith('!');
  const pattern = isNegated ? text.slice(1) : text;
  return pattern === '' || pattern === '/'
    ? null
    : { pattern: parsePathPattern(pattern), isNegated };
}

/** A blank after a backslash belongs to the name. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (' \t\r'.includes(line.charAt(end - 1)) && end > 0) {
    if (line.charAt(end - 2) === '\\') break;
    end -= 1;
  }
  return line.slice(0, end);
}
