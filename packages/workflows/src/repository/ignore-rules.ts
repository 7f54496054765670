import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { TimeSlice } from '@runtape/async';
import { eachLine } from '../text/decode-text.ts';
import { matchesPath, parsePathPattern, type PathPattern } from './glob.ts';

const FILE = '.gitignore';
/** Of one file, in bytes. */
const MAX_FILE_BYTES = 1_000_000;
/** In force at once: those of a folder and of all above it. */
const MAX_RULES = 50_000;
const RULES_AT_ONCE = 64;

interface Rule {
  readonly pattern: PathPattern;
  /** Takes back what an earlier rule ignores. */
  readonly isNegated: boolean;
}

/** The rules of one `.gitignore`. */
interface Level {
  /** How many folders down from the root it lies. */
  readonly depth: number;
  /** The last one comes first: it decides. */
  readonly rules: readonly Rule[];
}

/** The rules of `.gitignore` that hold in a folder: its own and those of the folders above it. */
export class IgnoreRules {
  /** False when there are too many rules to apply. Nothing of the folder may be shown then. */
  readonly areWhole: boolean;
  readonly #path: string;
  /** The names from the root to the folder, in lower case. */
  readonly #folders: readonly string[];
  /** The deepest one comes first: it decides, as with git. */
  readonly #levels: readonly Level[];
  readonly #slice: TimeSlice;

  private constructor(
    place: { path: string; folders: readonly string[] },
    { levels, isWhole }: { levels: readonly Level[]; isWhole: boolean },
    slice: TimeSlice,
  ) {
    this.#path = place.path;
    this.#folders = place.folders;
    this.#levels = levels;
    this.#slice = slice;
    const count = levels.reduce((sum, { rules }) => sum + rules.length, 0);
    this.areWhole = isWhole && count <= MAX_RULES;
  }

  /** Reads the rules at the root of a repository. @param slice long work is divided by it. */
  static async read(root: string, slice: TimeSlice): Promise<IgnoreRules> {
    return IgnoreRules.#at({ path: root, folders: [] }, [], slice);
  }

  /** The rules that hold in a folder within. */
  async within(name: string): Promise<IgnoreRules> {
    const place = {
      path: join(this.#path, name),
      folders: [...this.#folders, name.toLowerCase()],
    };
    return IgnoreRules.#at(place, this.#levels, this.#slice);
  }

  /**
   * Whether an entry of the folder is ignored. Ignored folders are never entered, so none is above.
   */
  async ignores(name: string, isFolder: boolean): Promise<boolean> {
    const asked = name.toLowerCase();
    let tried = 0;
    for (const { depth, rules } of this.#levels) {
      for (const { pattern, isNegated } of rules) {
        tried += 1;
        // RoundContext for the time takes longer than most rules do.
        if (tried % RULES_AT_ONCE === 0 && this.#slice.due) await this.#slice.yield();
        if (pattern.isForFolders && !isFolder) continue;
        if (matchesPath(pattern, this.#folders, asked, depth)) return !isNegated;
      }
    }
    return false;
  }

  static async #at(
    place: { path: string; folders: readonly string[] },
    above: readonly Level[],
    slice: TimeSlice,
  ): Promise<IgnoreRules> {
    const { rules, isWhole } = await readRules(join(place.path, FILE), slice);
    const own = rules.length === 0 ? [] : [{ depth: place.folders.length, rules }];
    return new IgnoreRules(place, { levels: [...own, ...above], isWhole }, slice);
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
    // As git, which follows no link here; and a pipe would keep us waiting.
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
    // No such file, or one we may not read: no rules.
    return { text: '', isWhole: true };
  }
}

/** Reads a line of a `.gitignore`; `null` when it holds no rule. */
function parseRule(line: string): Rule | null {
  const text = withoutTrailingBlanks(line);
  if (text === '' || text.startsWith('#')) return null;
  const isNegated = text.startsWith('!');
  const pattern = isNegated ? text.slice(1) : text;
  return pattern === '' || pattern === '/'
    ? null
    : { pattern: parsePathPattern(pattern), isNegated };
}

/** A blank behind a backslash belongs to the name. */
function withoutTrailingBlanks(line: string): string {
  let end = line.length;
  while (' \t\r'.includes(line.charAt(end - 1)) && end > 0) {
    if (line.charAt(end - 2) === '\\') break;
    end -= 1;
  }
  return line.slice(0, end);
}
