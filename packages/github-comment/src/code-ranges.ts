import { parser, Table } from '@lezer/markdown';

/** A stretch of a text; `to` is the first place behind it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where the code of a Markdown text is. */
export interface CodeRanges {
  /** In order, apart from each other: blocks with their fences, and spans with their backticks. */
  readonly code: readonly Range[];
  /** The fence of a block that nothing closes, up to the end of the text; `null` when all are closed. */
  readonly openFence: string | null;
}

export interface CodeOptions {
  /**
   * How the text is read: `raw` as it is, so that in doubt it is no code; `escaped` as if each `<`, `[` and `&` of its text were escaped, so that there is no HTML, no
   * link, and no definition in it.
   */
  readonly as: 'raw' | 'escaped';
}

/** Emphasis, links and hard breaks say little about code, and cost the most: a break is looked for at each blank of a line. */
const markdownParser = parser.configure([
  Table,
  { remove: ['Emphasis', 'HardBreak', 'Image', 'Link', 'LinkEnd', 'LinkReference'] },
]);

/** What opens HTML, a link, a definition, or a character by name. */
const OPENERS = /[<[&]/g;

/** Above what a comment has: a text that is longer in one of these takes a parser too long. */
const MAX_LINES = 5000;
const MAX_BACKTICK_RUNS = 4000;
const MAX_DEPTH = 30;

/** The line below the head of a table. */
const TABLE = /^[ \t>]{0,100}[|:-][|:\- \t]*$/m;

/** Longer than where a link in a comment leads. */
const MAX_TARGET = 1000;

const CODE: readonly string[] = ['CodeBlock', 'FencedCode', 'InlineCode'];

/**
 * Finds the code of a Markdown text, as GitHub would.
 * @param markdown lines end in LF.
 * @returns `null` for a text that no comment is like, and that takes too long to read.
 */
export function findCode(markdown: string, { as }: CodeOptions): CodeRanges | null {
  if (isTooComplex(markdown)) return null;
  const code: Range[] = [];
  let openFence: string | null = null;
  const hasTable = TABLE.test(markdown);
  const hasDoubtfulLink = as === 'raw' && hasBacktickInLink(markdown);
  // A letter is as long, and as little of Markdown, as what they become when they are escaped.
  const read = as === 'escaped' ? markdown.replaceAll(OPENERS, 'x') : markdown;
  markdownParser.parse(read).iterate({
    enter: ({ name, from, to, node }) => {
      if (!CODE.includes(name)) return true;
      if (
        name === 'InlineCode' &&
        (hasDoubtfulLink || isDoubtful(markdown.slice(from, to), hasTable))
      )
        return false;
      code.push({ from, to });
      const marks = node.getChildren('CodeMark');
      const [mark] = marks;
      const isOpen = name === 'FencedCode' && marks.length === 1 && to >= markdown.trimEnd().length;
      // The end of a list or a quotation closes what is in it.
      if (isOpen && mark !== undefined && node.parent?.name === 'Document') {
        openFence = markdown.slice(mark.from, mark.to);
      }
      return false;
    },
  });
  return { code, openFence };
}

/**
 * A span that goes over the end of a line is none when the next line begins a block of its own, such as HTML or a footnote; one with a `|` is none
 * when that ends a cell of a table. Parsers differ in both, so such a span is not taken for code.
 */
function isDoubtful(span: string, hasTable: boolean): boolean {
  return span.includes('\n') || (hasTable && span.includes('|'));
}

/** Whether there is a backtick in where a link leads: that opens no code. */
function hasBacktickInLink(markdown: string): boolean {
  return markdown.split(']').some((rest) => {
    if (!rest.startsWith('(') && !rest.startsWith(':')) return false;
    const [target = ''] = rest.slice(1, MAX_TARGET).trimStart().split(/\s/, 1);
    return target.includes('`');
  });
}

function isTooComplex(markdown: string): boolean {
  let lines = 0;
  let runs = 0;
  let depth = 0;
  let previous = '\n';
  for (const char of markdown) {
    if (char === '\n') {
      lines += 1;
      depth = 0;
    } else if (char === '`' && previous !== '`') runs += 1;
    // Each container begins with one of these. A line of `-----` or `***` has only one.
    else if (depth >= 0 && '>-+*.)'.includes(char))
      depth += char === previous && char !== '>' ? 0 : 1;
    else if (depth >= 0 && !' \t0123456789'.includes(char)) depth = -1;
    if (lines > MAX_LINES || runs > MAX_BACKTICK_RUNS || depth > MAX_DEPTH) return true;
    previous = char;
  }
  return false;
}
