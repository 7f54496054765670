import { type Expression, parseSync, type TemplateLiteral, Visitor } from 'oxc-parser';

/** The location of a regular expression. */
interface Location {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A regular expression with a known pattern. */
export interface KnownRegex extends Location {
  readonly pattern: string;
  readonly flags: string;
}

/** A regular expression that is built at run time. */
interface DynamicRegex extends Location {
  /** The source text of the expression that builds it. */
  readonly code: string;
}

/** The regular expressions of a file. */
export interface FoundRegexes {
  readonly known: readonly KnownRegex[];
  readonly dynamic: readonly DynamicRegex[];
}

/** String methods that convert a string to a regular expression. */
const STRING_METHODS: readonly string[] = ['match', 'matchAll', 'search'];

/** A substitute for escaped text, which has no quantifiers. */
const ESCAPED_TEXT = 'text';

/**
 * Finds the regular expressions of a TypeScript or JavaScript file: literals, `RegExp(…)` with or
 * without `new`, and strings passed to `match`, `matchAll` and `search`. A pattern built from
 * strings, constants of the same file and `RegExp.escape(…)` is known as well.
 * @throws Error when the file cannot be parsed.
 */
export function collectRegexes(file: string, source: string): FoundRegexes {
  const { program, errors } = parseSync(file, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${file} cannot be parsed: ${error.message}`);
  const known: KnownRegex[] = [];
  const dynamic: DynamicRegex[] = [];
  const constants = constantsOf(program);
  const locationOf = (offset: number): Location => ({
    file,
    line: source.slice(0, offset).split('\n').length,
  });
  const construct = (
    call: { readonly start: number; readonly end: number },
    [first, second]: readonly Argument[],
  ): void => {
    const pattern = first === undefined ? '' : textOf(first, constants);
    const flags = second === undefined ? '' : textOf(second, constants);
    if (first?.type === 'Literal' && 'regex' in first && second === undefined) return;
    const location = locationOf(call.start);
    if (pattern !== null && flags !== null) known.push({ ...location, pattern, flags });
    else dynamic.push({ ...location, code: source.slice(call.start, call.end) });
  };
  new Visitor({
    Literal(node) {
      if (!('regex' in node)) return;
      known.push({ ...locationOf(node.start), ...node.regex });
    },
    NewExpression(node) {
      if (isRegExp(node.callee)) construct(node, node.arguments);
    },
    CallExpression(node) {
      if (isRegExp(node.callee)) return construct(node, node.arguments);
      const { callee } = node;
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (callee.computed || !STRING_METHODS.includes(callee.property.name)) return;
      const [first] = node.arguments;
      // Anything but a text is a regular expression from elsewhere, or the object is not a string.
      const pattern = first === undefined ? null : textOf(first, constants);
      if (pattern !== null) known.push({ ...locationOf(node.start), pattern, flags: '' });
    },
  }).visit(program);
  return { known, dynamic };
}

type Argument = Parameters<
  NonNullable<ConstructorParameters<typeof Visitor>[0]['NewExpression']>
>[0]['arguments'][number];
type Constants = ReadonlyMap<string, string>;

function isRegExp(callee: Expression): boolean {
  if (callee.type === 'Identifier') return callee.name === 'RegExp';
  return (
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'RegExp'
  );
}

/** The text constants of a file. A name that is declared twice is ignored. */
function constantsOf(program: Parameters<Visitor['visit']>[0]): Constants {
  const found = new Map<string, string | null>();
  new Visitor({
    VariableDeclaration({ kind, declarations }) {
      for (const { id, init } of declarations) {
        if (id.type !== 'Identifier') continue;
        const text = kind === 'const' && init !== null ? textOf(init, new Map()) : null;
        found.set(id.name, found.has(id.name) ? null : text);
      }
    },
  }).visit(program);
  const known = [...found].filter((entry): entry is [string, string] => entry[1] !== null);
  return new Map(known);
}

/** The text of an expression; `null` if it is unknown. */
function textOf(node: Argument, constants: Constants): string | null {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'string' ? node.value : null;
    case 'TemplateLiteral':
      return templateOf(node, null, constants);
    case 'TaggedTemplateExpression':
      return isRaw(node.tag) ? templateOf(node.quasi, 'raw', constants) : null;
    case 'Identifier':
      return constants.get(node.name) ?? null;
    case 'CallExpression':
      return isEscape(node.callee) ? ESCAPED_TEXT : null;
    case 'BinaryExpression': {
      if (node.operator !== '+') return null;
      const left = textOf(node.left, constants);
      const right = textOf(node.right, constants);
      return left === null || right === null ? null : left + right;
    }
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return textOf(node.expression, constants);
    default:
      return null;
  }
}

function templateOf(
  { quasis, expressions }: TemplateLiteral,
  form: 'raw' | null,
  constants: Constants,
): string | null {
  let text = '';
  for (const [index, { value }] of quasis.entries()) {
    text += form === 'raw' ? value.raw : (value.cooked ?? value.raw);
    const expression = expressions[index];
    if (expression === undefined) continue;
    const inserted = textOf(expression, constants);
    if (inserted === null) return null;
    text += inserted;
  }
  return text;
}

function isRaw(tag: Expression): boolean {
  return isMember(tag, 'String', 'raw');
}

function isEscape(callee: Expression): boolean {
  return isMember(callee, 'RegExp', 'escape');
}

function isMember(node: Expression, object: string, property: string): boolean {
  return (
    node.type === 'MemberExpression' &&
    !node.computed &&
    node.object.type === 'Identifier' &&
    node.object.name === object &&
    node.property.type === 'Identifier' &&
    node.property.name === property
  );
}
