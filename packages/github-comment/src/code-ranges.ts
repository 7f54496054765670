import type { SlicedWork } from '@runtape/async';
import { escapedParser, rawParser, TooComplexError } from './markdown-parser.ts';

/** A range of a text; `to` is exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The positions of the code in a Markdown text. */
export interface CodeRanges {
  /** In order, without overlap: blocks with their fences, and spans with their backticks. */
  readonly code: readonly Range[];
  /** The fence of an unclosed block at the end of the text; `null` when all are closed. */
  readonly openFence: string | null;
}

/**
 * `raw`: the text as it is, with ambiguous parts not taken as code. `escaped`: as if each `<`, `[`
 * and `&` were escaped, so without HTML, links and definitions.
 */
export type Interpretation = 'raw' | 'escaped';

type Tree = ReturnType<typeof rawParser.parse>;

/** The start of HTML, a link, a definition, or a named character. */
const OPENERS = /[<[&]/g;

/** Above the size of any comment: the parser is too slow for texts with more lines. */
const MAX_LINES = 5000;
const MAX_BACKTICK_RUNS = 4000;
const MAX_DEPTH = 30;
/**
 * The limit of the sum over all lines: the parser handles blank lines in one step, with all their
 * containers.
 */
const MAX_TOTAL_DEPTH = 6000;

/** The delimiter row of a table. */
const TABLE = /^[ \t>]{0,100}[|:-][|:\- \t]*$/m;

/** Longer than any link target in a comment. */
const MAX_TARGET_CHARS = 1000;

const CODE: readonly string[] = ['CodeBlock', 'FencedCode', 'InlineCode'];

/**
 * Finds the code of a Markdown text as GitHub would, step by step.
 * @param markdown lines end in LF.
 * @returns `null` for a text that is too complex to be a comment.
 */
export function* findCode(markdown: string, as: Interpretation): SlicedWork<CodeRanges | null> {
  if (isTooComplex(markdown)) return null;
  // An ordinary letter has the same length, and as little meaning in Markdown as the escaped
  // character.
  const read = as === 'escaped' ? markdown.replaceAll(OPENERS, 'x') : markdown;
  try {
    const tree = yield* parse(read, as);
    return yield* rangesOf(tree, { markdown, as });
  } catch (error) {
    if (error instanceof TooComplexError) return null;
    throw error;
  }
}

/** Parses one block at a time; the parser limits the time for one block. */
function* parse(text: string, as: Interpretation): SlicedWork<Tree> {
  const parsing = (as === 'escaped' ? escapedParser : rawParser).startParse(text);
  for (;;) {
    const tree = parsing.advance();
    if (tree !== null) return tree;
    yield;
  }
}

function* rangesOf(
  tree: Tree,
  { markdown, as }: { readonly markdown: string; readonly as: Interpretation },
): SlicedWork<CodeRanges> {
  const code: Range[] = [];
  let openFence: string | null = null;
  const end = markdown.trimEnd().length;
  const hasTable = TABLE.test(markdown);
  const hasAmbiguousLink = as === 'raw' && hasBacktickInLink(markdown);
  const cursor = tree.cursor();
  let isCode = false;
  while (cursor.next(!isCode)) {
    yield;
    const { name, from, to } = cursor;
    isCode = CODE.includes(name);
    if (!isCode) continue;
    const isSpan = name === 'InlineCode';
    if (isSpan && (hasAmbiguousLink || isAmbiguous(markdown.slice(from, to), hasTable))) continue;
    code.push({ from, to });
    if (name !== 'FencedCode' || to < end) continue;
    const { node } = cursor;
    const marks = node.getChildren('CodeMark');
    const [mark] = marks;
    // The end of the surrounding list or quotation closes it.
    if (marks.length === 1 && mark !== undefined && node.parent?.name === 'Document') {
      openFence = markdown.slice(mark.from, mark.to);
    }
  }
  return { code, openFence };
}

/**
 * Parsers differ on spans across a line end (the next line may begin a block) and, in tables, on
 * spans with a `|`. Such spans are not taken for code.
 */
function isAmbiguous(span: string, hasTable: boolean): boolean {
  return span.includes('\n') || (hasTable && span.includes('|'));
}

/** Whether a link target contains a backtick, which does not open code. */
function hasBacktickInLink(markdown: string): boolean {
  return markdown.split(']').some((rest) => {
    if (!rest.startsWith('(') && !rest.startsWith(':')) return false;
    const [target = ''] = rest.slice(1, MAX_TARGET_CHARS).trimStart().split(/\s/, 1);
    return target.includes('`');
  });
}

function isTooComplex(markdown: string): boolean {
  let lines = 0;
  let runs = 0;
  let depth = 0;
  let total = 0;
  let previous = '\n';
  for (const char of markdown) {
    if (char === '\n') {
      lines += 1;
      depth = 0;
    } else if (char === '`' && previous !== '`') runs += 1;
    // Each container begins with one of these. A line of `-----` or `***` has only one.
    else if (depth >= 0 && '>-+*.)'.includes(char)) {
      if (char !== previous || char === '>') {
        depth += 1;
        total += 1;
      }
    } else if (depth >= 0 && !' \t0123456789'.includes(char)) depth = -1;
    if (
      lines > MAX_LINES ||
      runs > MAX_BACKTICK_RUNS ||
      depth > MAX_DEPTH ||
      total > MAX_TOTAL_DEPTH
    ) {
      return true;
    }
    previous = char;
  }
  return false;
}
