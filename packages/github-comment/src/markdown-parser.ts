import {
  type BlockContext,
  type InlineContext,
  type LeafBlockParser,
  type MarkdownConfig,
  type MarkdownParser,
  parser,
  Table,
} from '@lezer/markdown';

/** Thrown within the parser if one step would take too long. */
export class TooComplexError extends Error {
  override readonly name = 'TooComplexError';
}

const MAX_DEPTH = 30;
/** The maximum number of lines of a paragraph or table, which the parser reads in one step. */
const MAX_BLOCK_LINES = 500;
/** The maximum number of characters to scan after all `<` of a paragraph. */
const MAX_HTML_CHARS = 2_000_000;

const LESS_THAN = 60;
const BACKTICK = 96;
const BACKSLASH = 92;

/**
 * The parser that finds code. It throws a `TooComplexError` rather than take long for one step.
 * Emphasis, links, entities and hard breaks matter little for code and cost the most.
 */
const withoutHtml: MarkdownParser = parser.configure([
  Table,
  {
    remove: ['Emphasis', 'Entity', 'HardBreak', 'Image', 'Link', 'LinkEnd', 'LinkReference'],
  },
  codeSpans(),
  limits(),
]);

/** Supports HTML: backticks within a tag do not open code. */
export const rawParser: MarkdownParser = withoutHtml.configure(htmlLimit());
/** For texts without `<`. */
export const escapedParser: MarkdownParser = withoutHtml.configure({
  remove: ['HTMLTag', 'HTMLBlock', 'Autolink'],
});

/** Reads code spans in linear time; Lezer rescans the paragraph for each run of backticks. */
function codeSpans(): MarkdownConfig {
  const runsOf = new WeakMap<InlineContext, Map<number, number[]>>();
  return {
    parseInline: [
      {
        name: 'InlineCode',
        parse(cx, next, from) {
          if (next !== BACKTICK || isInsideRun(cx, from)) return -1;
          const runs = runsOf.get(cx) ?? backtickRuns(cx);
          runsOf.set(cx, runs);
          let inside = from + 1;
          while (inside < cx.end && cx.char(inside) === BACKTICK) inside += 1;
          const size = inside - from;
          const starts = runs.get(size) ?? [];
          // The last one comes first; runs before this position are no longer needed.
          while ((starts.at(-1) ?? inside) < inside) starts.pop();
          const close = starts.at(-1);
          if (close === undefined) return -1;
          return cx.addElement(
            cx.elt('InlineCode', from, close + size, [
              cx.elt('CodeMark', from, inside),
              cx.elt('CodeMark', close, close + size),
            ]),
          );
        },
      },
    ],
  };
}

/**
 * If a run of backticks opens no code, its rest opens none either. An escaped backtick belongs to
 * no run.
 */
function isInsideRun(cx: InlineContext, at: number): boolean {
  if (at === cx.offset || cx.char(at - 1) !== BACKTICK) return false;
  let backslashes = at - 1;
  while (backslashes > cx.offset && cx.char(backslashes - 1) === BACKSLASH) backslashes -= 1;
  return (at - 1 - backslashes) % 2 === 0;
}

/** The start positions of the runs of backticks of each length, the last one first. */
function backtickRuns({ text, offset }: InlineContext): Map<number, number[]> {
  const runs = new Map<number, number[]>();
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const starts = runs.get(run.length) ?? [];
    starts.push(offset + index);
    runs.set(run.length, starts);
  }
  for (const starts of runs.values()) starts.reverse();
  return runs;
}

/** Limits nesting, and the lines of one block. */
function limits(): MarkdownConfig {
  return {
    parseBlock: [
      {
        name: 'Limits',
        before: 'IndentedCode',
        parse(cx) {
          checkDepth(cx);
          return false;
        },
        leaf: () => new LineLimit(),
      },
    ],
  };
}

class LineLimit implements LeafBlockParser {
  #lines = 1;

  nextLine(): boolean {
    this.#lines += 1;
    if (this.#lines > MAX_BLOCK_LINES) throw new TooComplexError('A block has too many lines.');
    return false;
  }

  finish(): boolean {
    return false;
  }
}

function checkDepth({ depth }: BlockContext): void {
  if (depth > MAX_DEPTH) throw new TooComplexError('Lists or quotations are nested too deep.');
}

/** Each `<` may cost as much as the rest of its paragraph. */
function htmlLimit(): MarkdownConfig {
  const spent = new WeakMap<InlineContext, number>();
  return {
    parseInline: [
      {
        name: 'HTMLLimit',
        before: 'HTMLTag',
        parse(cx, next, pos) {
          if (next !== LESS_THAN) return -1;
          const chars = (spent.get(cx) ?? 0) + cx.end - pos;
          if (chars > MAX_HTML_CHARS) throw new TooComplexError('A paragraph has too many tags.');
          spent.set(cx, chars);
          return -1;
        },
      },
    ],
  };
}
