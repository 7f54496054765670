/** What kind of wish an issue is, as far as its wording tells. */
export type IssueKind = 'bug' | 'slowness' | 'feature' | 'documentation' | 'question';

/** An issue taken apart, still in its reporter's words. */
export interface Issue {
  readonly title: string;
  /** Everything, code included, without images, links' targets, HTML and mentions. */
  readonly text: string;
  /** The sentences of its prose. Those that give orders to whatever reads them are not among them. */
  readonly sentences: readonly string[];
  readonly kind: IssueKind;
  /** Whether the text tries to give orders to a model. */
  readonly givesOrders: boolean;
}

/** Such as `Steps to reproduce:`. */
const longestLabel = 41;

/** Enough for any honest issue; the rest of a huge one is not looked at. */
const readCharacters = 40_000;

/**
 * A prompt may wrap the issue in a tag, to tell it from the prompt's own words.
 * All patterns here are bounded: the text is a stranger's, and must not be able to keep them busy.
 */
const tag = /<([^<>]*)>/g;
const issueTag = /^[a-z_-]{0,21}issue$/i;
/** Words that give an order together, the second within so many characters of the first. */
const toForget = /\b(?:ignore|disregard|forget)\b/gi;
const whatToForget = /\b(?:instruction|prompt|rule|above|previous)/i;
const apart = 55;
const orders: readonly RegExp[] = [
  /\b(?:system prompt|as an ai)\b/i,
  /\byou are (?:now|an? (?:ai|assistant|model|bot))/i,
  /\b(?:reply|respond|answer) (?:only|just)\b/i,
  /\binstead of (?:a|the|your) (?:comment|draft|answer)\b/i,
];
const titleLine = /^(?:#{1,2} +|(?:issue +)?title *: *|issue +\S{0,100}#\d+ *: *)(.+)$/gim;
const templateHeading =
  /^(?:issue|description|summary|comments?|steps|to reproduce|expected|actual|environment|bug|feature)\b.{0,30}$/i;

/** Words that speak for a kind, and how loudly. */
const kinds: readonly {
  readonly kind: IssueKind;
  readonly words: RegExp;
  readonly weight: number;
}[] = [
  {
    kind: 'bug',
    weight: 1,
    words:
      /\b(?:bugs?|broken|breaks?|crash\w*|errors?|exceptions?|fail\w*|wrong\w*|incorrect\w*|lost|loses?|missing|duplicate\w*|doubled|twice|hangs?|stuck|never|unexpected\w*|regression|shows? (?:up )?as|arrives? as|sometimes|cuts?|for ?ever|instead of|corrupt\w*|garbled|leak\w*|ignored|does(?:n't| not)|stops?)\b/gi,
  },
  {
    kind: 'slowness',
    weight: 2,
    words:
      /\b(?:slow(?:er|ly|ness)?|performance|latency|takes (?:\w+ )?(?:seconds|minutes|hours)|memory|cpu)\b/gi,
  },
  {
    kind: 'feature',
    weight: 2,
    words:
      /\b(?:feature|add|support|allow|would be (?:nice|great|good|useful|helpful)|it would help|could we|wish|propos\w+|suggest\w*|let (?:me|us|users|people)|option to|ability to|there is no way)\b/gi,
  },
  {
    kind: 'documentation',
    weight: 1.5,
    words: /\b(?:docs?|documentation|documented|readme|typos?|docstrings?|guide|example in)\b/gi,
  },
  {
    kind: 'question',
    weight: 1,
    words: /\?(?=\s*$)|\b(?:how (?:do|can|does|should)|is it possible|what is|why does)\b/gim,
  },
];

/** Takes the text of an issue apart. It is only ever looked at, whatever it says. */
export function readIssue(userText: string): Issue {
  const written = plain(insideTags(userText).slice(0, readCharacters));
  const text = withoutOrders(written);
  const headed = titleOf(text);
  const [first = '', ...rest] = sentencesOf(text);
  const title = headed ?? shortened(first, 90);
  return {
    title,
    text,
    sentences: headed === undefined && title === first ? rest : [first, ...rest],
    kind: kindOf(title, text),
    givesOrders: text !== written,
  };
}

/** Cuts at a word, and shows that it did. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, text.lastIndexOf(' ', length) + 1 || length).trimEnd()} …`;
}

/** What stands inside issue tags; everything, when there are none. */
function insideTags(text: string): string {
  const inside: string[] = [];
  let end = 0;
  for (const found of text.matchAll(tag)) {
    const [name = ''] = (found[1] ?? '').split(/\s/, 1);
    if (found.index < end || !issueTag.test(name)) continue;
    const start = found.index + found[0].length;
    const close = text.indexOf(`</${name}>`, start);
    end = close === -1 ? text.length : close;
    inside.push(text.slice(start, end));
  }
  return inside.length === 0 ? text : inside.join('\n\n');
}

/** What a prompt says around the words of an issue: a line in brackets, a heading that names who commented. */
const promptRemark = /^(?:\([^()\n]{1,120}\)|#+ Comment by .*)$/gm;

function plain(text: string): string {
  return withoutComments(text.replaceAll('\r\n', '\n').replaceAll(promptRemark, ''))
    .replaceAll(/!?\[([^[\]]*)\]\([^()]*\)/g, (found, label: string) =>
      found.startsWith('!') ? ' ' : label,
    )
    .replaceAll(/<\/?title\b[^<>]{0,100}>/gi, '\n')
    .split('`')
    .map((piece, index, all) => (isCode(index, all.length) ? piece : withoutTags(piece)))
    .join('`')
    .replaceAll(/\bhttps?:\/\/\S+/gi, ' ')
    .replaceAll(/(^|[\s(])@([\w-]+)(?![\w/-])/g, '$1$2');
}

/** Whether a piece between backticks is code, as in `--after <eventId>`: there, tags stay. */
function isCode(index: number, count: number): boolean {
  return index % 2 === 1 && index < count - 1;
}

function withoutTags(text: string): string {
  return text.replaceAll(/<\/?[a-z][^<>\n]*>/gi, ' ');
}

function withoutComments(text: string): string {
  const [before = '', ...comments] = text.split('<!--');
  const behind = comments.map((comment) => {
    const end = comment.indexOf('-->');
    return end === -1 ? `<!--${comment}` : ` ${comment.slice(end + '-->'.length)}`;
  });
  return before + behind.join('');
}

function withoutOrders(text: string): string {
  const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
  return text
    .split('\n')
    .map((line) => {
      if (!isOrder(line)) return line;
      const kept = [...sentences.segment(line)].filter(({ segment }) => !isOrder(segment));
      return kept.map(({ segment }) => segment).join('');
    })
    .join('\n');
}

function isOrder(text: string): boolean {
  const forgets = [...text.matchAll(toForget)].some(({ 0: word, index }) =>
    whatToForget.test(text.slice(index + word.length, index + word.length + apart)),
  );
  return forgets || orders.some((order) => order.test(text));
}

function titleOf(text: string): string | undefined {
  for (const [, title] of text.matchAll(titleLine)) {
    const trimmed = title?.trim();
    if (trimmed !== undefined && !templateHeading.test(trimmed)) return shortened(trimmed, 120);
  }
  return undefined;
}

function sentencesOf(text: string): string[] {
  const prose = withoutCode(text)
    .map((line) => (isHeading(line) ? '\n' : line))
    .join('\n')
    .replaceAll(/^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ x]\][ \t]+)?/gm, '\n\n')
    .replaceAll(/^>\s?/gm, '');
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  return prose
    .split(/\n\s*\n/)
    .flatMap((paragraph) => Array.from(segmenter.segment(paragraph.replaceAll(/\s+/g, ' ').trim())))
    .map(({ segment }) => segment.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** The lines outside of blocks of code; an empty one stands for each block. */
function withoutCode(text: string): string[] {
  const kept: string[] = [];
  let open: string | undefined;
  let since = 0;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (open === undefined) {
      open = /^(?:`{3,}|~{3,})/.exec(line)?.[0];
      since = index;
      kept.push(open === undefined ? line : '');
    } else if (line.startsWith(open)) open = undefined;
  }
  // A block that nothing closes is none.
  return open === undefined ? kept : [...kept.slice(0, -1), ...lines.slice(since)];
}

/** A heading, or a line that only says what comes below it. */
function isHeading(line: string): boolean {
  const text = line.trim();
  if (/^(?:#+ |(?:issue +)?title *:|issue +\S{0,100}#\d)/i.test(text)) return true;
  return text.length <= longestLabel && /^[\w #/-]*:$/.test(text);
}

function kindOf(title: string, text: string): IssueKind {
  const score = (words: RegExp): number =>
    (text.match(words)?.length ?? 0) + 3 * (title.match(words)?.length ?? 0);
  const scores = kinds.map(({ kind, words, weight }) => ({ kind, score: score(words) * weight }));
  const best = scores.reduce((leader, entry) => (entry.score > leader.score ? entry : leader));
  return best.score === 0 ? 'question' : best.kind;
}
