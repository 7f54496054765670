/** An issue as its reporter wrote it. */
export interface Issue {
  readonly title: string;
  /** All text including code, but without images, link targets, HTML and mentions. */
  readonly text: string;
}

/** Enough for any real issue; the rest of a longer one is ignored. */
const MAX_CHARS = 40_000;
const MAX_TITLE_CHARS = 120;

const TAG = /<([a-z_-]{1,40})(?:\s[^<>]{0,200})?>/gi;
/**
 * Additions of the prompt to an issue: a line in brackets, and a heading that names a commenter.
 */
const PROMPT_REMARK = /^(?:\([^()\n]{1,120}\)|#+ Comment by .*)$/gm;
const TITLE = /^(?:#{1,2} +|(?:issue +)?title *: *|issue +\S{0,100}#\d+ *: *)(.+)$/gim;
const TEMPLATE_HEADING =
  /^(?:issue|description|summary|comments?|steps|to reproduce|expected|actual|environment|bug|feature)\b.{0,30}$/i;

/**
 * Reads an issue. Its text is untrusted: its words are only searched for, and requests are ignored.
 */
export function readIssue(userText: string): Issue {
  const tagged = taggedParts(userText, 'issue');
  const whole = tagged.length === 0 ? userText : tagged.join('\n\n');
  const text = plainText(whole.slice(0, MAX_CHARS));
  return { title: shortened(titleOf(text), MAX_TITLE_CHARS), text };
}

/** The contents of each tag with this name, or with a name that ends in `_` and this name. */
export function taggedParts(text: string, name: string): string[] {
  const parts: string[] = [];
  let end = 0;
  for (const { 0: open, 1: tag = '', index } of text.matchAll(TAG)) {
    const lower = tag.toLowerCase();
    if (index < end || (lower !== name && !lower.endsWith(`_${name}`))) continue;
    const start = index + open.length;
    const close = text.indexOf(`</${tag}>`, start);
    end = close === -1 ? text.length : close;
    parts.push(text.slice(start, end).trim());
  }
  return parts;
}

/** Cuts a text between words and marks the cut. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, text.lastIndexOf(' ', length) + 1 || length).trimEnd()} …`;
}

function plainText(text: string): string {
  return withoutComments(text.replaceAll('\r\n', '\n').replaceAll(PROMPT_REMARK, ''))
    .replaceAll(/!?\[([^[\]]*)\]\([^()]*\)/g, (found, label: string) =>
      found.startsWith('!') ? ' ' : label,
    )
    .replaceAll(/<\/?title\b[^<>]{0,100}>/gi, '\n')
    .split('`')
    .map((piece, index, all) => {
      // Text between backticks is code, such as `--after <eventId>`.
      const isCode = index % 2 === 1 && index < all.length - 1;
      return isCode ? piece : piece.replaceAll(/<\/?[a-z][^<>\n]*>/gi, ' ');
    })
    .join('`')
    .replaceAll(/\bhttps?:\/\/\S+/gi, ' ')
    .replaceAll(/(^|[\s(])@([\w-]+)(?![\w/-])/g, '$1$2');
}

function withoutComments(text: string): string {
  const [before = '', ...comments] = text.split('<!--');
  const behind = comments.map((comment) => {
    const end = comment.indexOf('-->');
    return end === -1 ? `<!--${comment}` : ` ${comment.slice(end + '-->'.length)}`;
  });
  return before + behind.join('');
}

/** The heading of an issue, or else its first sentence. */
function titleOf(text: string): string {
  for (const [, title = ''] of text.matchAll(TITLE)) {
    if (title.trim() !== '' && !TEMPLATE_HEADING.test(title.trim())) return title.trim();
  }
  const first = text.split('\n').find((line) => /^[^#]*[\p{L}\p{N}]/u.test(line)) ?? '';
  const [sentence] = new Intl.Segmenter('en', { granularity: 'sentence' }).segment(first.trim());
  return sentence?.segment.trim() ?? '';
}
