/** What a line of source code looks like, in the common languages; guesses by form, no parsing. */

const declaration =
  /^\s*(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+|pub(?:\([^)]*\))?\s+)?(?:async\s+)?(?:function\*?|class|interface|type|enum|const|let|var|def|func|fn|struct|trait|impl|module|namespace)\s+([\p{L}_$][\p{L}\p{N}_$]*)/u;
const method =
  /^(?:(?:public|private|protected|static|async|override|readonly|get|set)\s){0,4}\*?(#?[\p{L}_$][\p{L}\p{N}_$]*)\s?(?:<[^>(]*>)?\(/u;
const notMethods = new Set([
  'if',
  'for',
  'while',
  'switch',
  'catch',
  'return',
  'await',
  'new',
  'super',
]);
const local = /^\s+(?:const|let|var)\s/;
const functionValue = /^(?:async\s)?(?:function\b|\(|\w{1,80}\s?=>)/;

/** A longer one was written by a program, and would keep the patterns busy. */
const longestLine = 300;

/** The name a line declares: of a function, class, type, top-level constant or method; not of a local variable. */
export function declarationIn(line: string): string | undefined {
  if (line.length > longestLine) return undefined;
  if (local.test(line) && !isLocalFunction(line)) return undefined;
  const name = declaration.exec(line)?.[1] ?? methodIn(line);
  return name === undefined || notMethods.has(name) ? undefined : name;
}

/** Whether a function is what a line gives a name to. */
function isLocalFunction(line: string): boolean {
  const value = line.slice(line.indexOf('=') + 1).trim();
  return functionValue.test(value) && (!value.includes('(') || /=>|\bfunction\b/.test(value));
}

/** The name of a method that begins on an indented line, which ends with its opening brace. */
function methodIn(line: string): string | undefined {
  const text = line.trim();
  if (!/^\s/.test(line) || !text.endsWith('{')) return undefined;
  const name = method.exec(text)?.[1];
  const close = text.indexOf(')', text.indexOf('('));
  const type = text.slice(close + 1, -1).trim();
  const isMethod = close !== -1 && (type === '' || (type.startsWith(':') && !type.includes('{')));
  return isMethod ? name : undefined;
}

export function isTypeDeclaration(line: string): boolean {
  return /^\s*(?:export\s+)?(?:declare\s+)?(?:interface|type|enum|struct|trait)\s/.test(line);
}

export function indentation(line: string): number {
  return line.length - line.trimStart().length;
}

export function isComment(line: string): boolean {
  return /^\s*(?:\/\/|\/?\*|#(?:\s|$)|<!--|--\s)/.test(line);
}

export function isImport(line: string): boolean {
  return /^\s*(?:import\b|from\s+\S+\s+import\b|export\s.*\bfrom\s|export\s*\{|(?:type\s+)?[\w$]+,\s*$|use\s|using\s|#include\b|(?:const|let|var)\s.*\brequire\()/.test(
    line,
  );
}

export function isTest(path: string): boolean {
  return /(?:^|\/)(?:tests?|__tests__|spec)\/|[._](?:test|spec|e2e)[._]|(?:^|\/)test_/i.test(path);
}

/** How much a file is worth reading for someone who asks about code: source first, then tests and prose, then the rest. */
export function interest(path: string): number {
  if (
    /(?:^|\/)(?:node_modules|dist|build|vendor)\/|lock\b|\.lock|\.min\.|\.snap$|\.map$/.test(path)
  )
    return 0.05;
  if (/\.(?:json|ya?ml|toml|svg|csv|txt)$/i.test(path)) return 0.2;
  if (/\.(?:md|mdx|rst|adoc|css|scss|html)$/i.test(path)) return 0.25;
  // A list of exports names everything and tells nothing.
  if (/(?:^|\/)index\.[a-z]+$/.test(path)) return 0.4;
  return isTest(path) ? 0.4 : 1;
}
