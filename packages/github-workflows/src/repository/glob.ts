/**
 * Wildcards of `.gitignore` and of tools, matched without regular expressions: patterns and paths
 * are untrusted, and backtracking could take forever. Case-insensitive.
 */

/** Whether a name, in lower case, matches. */
export type NameTest = (name: string) => boolean;

/** Any number of folders, including none. */
const ANY_FOLDERS = '**';
const anyName: NameTest = () => true;

/** A path pattern: a test for each name in the path. */
export interface PathPattern {
  readonly names: readonly (NameTest | typeof ANY_FOLDERS)[];
  /** The pattern has no slash, so it matches a name at any depth. */
  readonly isFloating: boolean;
  /** The pattern ends with a slash. */
  readonly isForFolders: boolean;
}

/** Parses a pattern of `.gitignore`, without its special prefixes (`!`, `#`). */
export function parsePathPattern(pattern: string): PathPattern {
  const isForFolders = pattern.endsWith('/');
  const body = isForFolders ? pattern.slice(0, -1) : pattern;
  const parts = splitAtSlashes(body);
  const isFloating = !body.includes('/');
  const names: (NameTest | typeof ANY_FOLDERS)[] = [];
  for (const [index, part] of parts.entries()) {
    if (part === '' && index === 0) continue;
    if (!/^\*\*+$/.test(part) || isFloating) names.push(parseNamePattern(part));
    else if (names.at(-1) !== ANY_FOLDERS) names.push(ANY_FOLDERS);
  }
  // `docs/**` matches the folder's content, not the folder itself.
  if (names.at(-1) === ANY_FOLDERS) names.push(anyName);
  return { names, isFloating, isForFolders };
}

/** A slash within a set is not a separator. */
function splitAtSlashes(pattern: string): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '[') at = parseSet(pattern, at)?.end ?? pattern.length;
    else if (char === '/') {
      parts.push(pattern.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, pattern.slice(start)];
}

/** A pattern that also matches everything below the matches of the given one. */
export function withContents({ names, isFloating, isForFolders }: PathPattern): PathPattern {
  return {
    names: [
      ...(isFloating ? ([ANY_FOLDERS] as const) : []),
      ...names,
      ...(isForFolders ? ([ANY_FOLDERS, anyName] as const) : ([ANY_FOLDERS] as const)),
    ],
    isFloating: false,
    isForFolders: false,
  };
}

/**
 * Matches a path against a pattern in at most quadratic time.
 * @param folders the folder names, in lower case.
 * @param name the last name, in lower case.
 * @param from the number of folders to skip.
 */
export function matchesPath(
  { names, isFloating }: PathPattern,
  folders: readonly string[],
  name: string,
  from = 0,
): boolean {
  if (isFloating) return testName(names[0], name);
  const length = folders.length - from + 1;
  let at = 0;
  let next = 0;
  // The position of the last `**`, and the length of the path it covers. Backtracking further never
  // helps.
  let wild = -1;
  let taken = 0;
  while (at < length) {
    if (names[next] === ANY_FOLDERS) {
      wild = next;
      taken = at;
      next += 1;
    } else if (testName(names[next], at === length - 1 ? name : (folders[from + at] ?? ''))) {
      at += 1;
      next += 1;
    } else if (wild !== -1) {
      taken += 1;
      at = taken;
      next = wild + 1;
    } else {
      return false;
    }
  }
  while (names[next] === ANY_FOLDERS) next += 1;
  return next === names.length;
}

function testName(test: NameTest | string | undefined, name: string): boolean {
  return typeof test === 'function' && test(name);
}

/** A required character of a name, or a test for it. */
type Char = string | ((char: string) => boolean);

/** Consecutive characters; a text if it contains no tests. */
interface Piece {
  readonly chars: readonly Char[];
  readonly text: string | null;
}

/**
 * Parses a name pattern: `*`, `?`, `[…]`, and `\` before literal characters. An invalid one matches
 * nothing.
 */
export function parseNamePattern(pattern: string): NameTest {
  const pieces = parsePieces(pattern.toLowerCase());
  if (pieces === null) return () => false;
  const [first, ...others] = pieces;
  const last = others.pop();
  if (first === undefined) return () => false;
  if (last === undefined) {
    return (name) => name.length === first.chars.length && isPieceAt(first, name, 0);
  }
  const minLength = pieces.reduce((sum, { chars }) => sum + chars.length, 0);
  return (name) => {
    const end = name.length - last.chars.length;
    if (name.length < minLength || !isPieceAt(last, name, end) || !isPieceAt(first, name, 0)) {
      return false;
    }
    let at = first.chars.length;
    for (const piece of others) {
      const found = findPiece(piece, name, at);
      if (found === -1) return false;
      at = found + piece.chars.length;
    }
    return at <= end;
  };
}

/** The pieces between the stars; `null` for an invalid pattern. */
function parsePieces(pattern: string): Piece[] | null {
  const pieces: Char[][] = [[]];
  let afterStar = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    const isRepeated = afterStar && char === '*';
    afterStar = char === '*';
    if (char === '*') {
      if (!isRepeated) pieces.push([]);
    } else if (char === '?') {
      pieces.at(-1)?.push(() => true);
    } else if (char === '[') {
      const set = parseSet(pattern, at);
      if (set === null) return null;
      pieces.at(-1)?.push(set.test);
      at = set.end;
    } else if (char === '\\') {
      at += 1;
      if (at === pattern.length) return null;
      pieces.at(-1)?.push(pattern.charAt(at));
    } else {
      pieces.at(-1)?.push(char);
    }
  }
  return pieces.map((chars) => ({
    chars,
    text: chars.every((char) => typeof char === 'string') ? chars.join('') : null,
  }));
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[\p{L}\p{N}]/u,
  alpha: /\p{L}/u,
  blank: /[ \t]/,
  digit: /\d/,
  lower: /\p{L}/u,
  punct: /[\p{P}\p{S}]/u,
  space: /\s/,
  upper: /\p{L}/u,
  xdigit: /[\da-f]/,
};

/** Parses a set such as `[a-z0-9_]`, `[!a]` or `[[:digit:]]`; `null` if it is unclosed. */
function parseSet(
  pattern: string,
  open: number,
): { test: (char: string) => boolean; end: number } | null {
  const isNegated = /[!^]/.test(pattern.charAt(open + 1));
  const start = open + (isNegated ? 2 : 1);
  const tests: ((char: string) => boolean)[] = [];
  for (let at = start; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === ']' && at > start) {
      return { test: (tested) => tests.some((test) => test(tested)) !== isNegated, end: at };
    }
    if (pattern.startsWith('[:', at)) {
      const end = pattern.indexOf(':]', at);
      const kind = end === -1 ? undefined : CLASSES[pattern.slice(at + 2, end)];
      if (kind === undefined) return null;
      tests.push((tested) => kind.test(tested));
      at = end + 1;
      continue;
    }
    if (char === '\\') at += 1;
    const first = pattern.charAt(at);
    const isRange = pattern.charAt(at + 1) === '-' && !/^\]?$/.test(pattern.charAt(at + 2));
    if (isRange) at += pattern.charAt(at + 2) === '\\' ? 3 : 2;
    const last = pattern.charAt(at);
    tests.push((tested) => first <= tested && tested <= last);
  }
  return null;
}

function isPieceAt({ chars, text }: Piece, name: string, at: number): boolean {
  if (at < 0 || at + chars.length > name.length) return false;
  if (text !== null) return name.startsWith(text, at);
  return chars.every((char, index) => {
    const actual = name.charAt(at + index);
    return typeof char === 'string' ? char === actual : char(actual);
  });
}

/** The first match of a piece, which is always the right one, since any text may precede it. */
function findPiece(piece: Piece, name: string, from: number): number {
  if (piece.text !== null) return name.indexOf(piece.text, from);
  for (let at = from; at + piece.chars.length <= name.length; at += 1) {
    if (isPieceAt(piece, name, at)) return at;
  }
  return -1;
}
