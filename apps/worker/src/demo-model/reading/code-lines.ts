/** Guesses the kind of a line of source code in common languages by its form, without parsing. */

const DECLARATION =
  /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+|pub(?:\([^)]*\))?\s+)?(?:async\s+)?(?:function\*?|class|interface|type|enum|const|let|var|def|func|fn|struct|trait|impl|module|namespace)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u;
const METHOD =
  /^(?:(?:public|private|protected|static|async|override|readonly|get|set)\s){0,4}\*?(#?[\p{L}_$][\p{L}\p{N}_$]*)\([^()]*\)\s?(?::[^={]*)?\{$/u;
const NO_METHODS = new Set(['if', 'for', 'while', 'switch', 'catch', 'return', 'await', 'super']);
const LOCAL = /^\s+(?:const|let|var)\s/;
const TYPE = /^\s*(?:export\s+)?(?:declare\s+)?(?:interface|type|enum|struct|trait)\s/;
const PROPERTY = /^\s*(?:readonly\s+)?[\w$]+\??:\s/;
const COMMENT = /^\s*(?:\/\/|\/?\*|#(?:\s|$)|<!--|--\s)/;
const IMPORT =
  /^\s*(?:import\b|from\s+\S+\s+import\b|export\s.*\bfrom\s|export\s*\{|(?:type\s+)?[\w$]+,\s*$|use\s|using\s|#include\b|(?:const|let|var)\s.*\brequire\()/;
const TEST_PATH = /(?:^|\/)(?:tests?|__tests__|spec)\/|[._](?:test|spec|e2e)[._]|(?:^|\/)test_/i;

/** A longer line is generated. */
const MAX_CHARS = 300;

/** The name that a line declares; local variables count only if they are functions. */
export function declarationIn(line: string): string | undefined {
  if (line.length > MAX_CHARS || (LOCAL.test(line) && !/=>|\bfunction\b/.test(line)))
    return undefined;
  const method = /^\s/.test(line) ? METHOD.exec(line.trim())?.[1] : undefined;
  const name = DECLARATION.exec(line)?.[1] ?? method;
  return name === undefined || NO_METHODS.has(name) ? undefined : name;
}

export function isComment(line: string): boolean {
  return COMMENT.test(line);
}

export function isImport(line: string): boolean {
  return IMPORT.test(line);
}

export function isTest(path: string): boolean {
  return TEST_PATH.test(path);
}

/**
 * How interesting a line is for a word in it: most where it is declared, least where it is
 * imported.
 */
export function lineInterest(line: string, word: string): number {
  if (isImport(line)) return 0.2;
  // A data type is less interesting than the code that uses it.
  if (TYPE.test(line) || (PROPERTY.test(line) && line.endsWith(';'))) return 0.4;
  if (isComment(line)) return 0.7;
  const declared = declarationIn(line);
  if (declared === word) return 2.5;
  return declared?.toLowerCase().includes(word.toLowerCase()) === true ? 1.5 : 1;
}

/** How interesting a file is for code: source first, then tests and prose, then data. */
export function pathInterest(path: string): number {
  if (/(?:^|\/)(?:node_modules|dist|build|vendor)\/|[-.]lock\b|\.(?:min\.|snap$|map$)/.test(path))
    return 0.05;
  if (/\.(?:json|ya?ml|toml|svg|csv|txt)$/i.test(path)) return 0.2;
  if (/\.(?:md|mdx|rst|adoc|css|scss|html)$/i.test(path)) return 0.25;
  // A list of exports contains every name but no explanation.
  return isTest(path) || /(?:^|\/)index\.[a-z]+$/.test(path) ? 0.4 : 1;
}
