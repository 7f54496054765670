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

/** Enough for any honest issue; the rest of a huge one is not looked at. */
const readCharacters = 40_000;

/**
 * A prompt may wrap the issue in a tag, to tell it from the prompt's own words.
 * All patterns here are bounded: the text is a stranger's, and must not be able to keep them busy.
 */
const issueTag = /<((?:[a-z_-]{1,20}[_-])?issue)\b[^>]{0,200}>/gi;
const orders =
  /\b(?:ignore|disregard|forget)\b.{0,40}\b(?:instruction|prompt|rule|above|previous)|\bsystem prompt\b|\byou are (?:now|an? (?:ai|assistant|model|bot))|\bas an ai\b|\b(?:reply|respond|answer) (?:only|just)\b|\binstead of (?:a|the|your) (?:comment|draft|answer)\b/i;
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
  for (const tag of text.matchAll(issueTag)) {
    if (tag.index < end) continue;
    const start = tag.index + tag[0].length;
    const close = text.indexOf(`</${tag[1] ?? ''}>`, start);
    end = close === -1 ? text.length : close;
    inside.push(text.slice(start, end));
  }
  return inside.length === 0 ? text : inside.join('\n\n');
}

/** What a prompt says around the words of an issue: a line in brackets, a heading that names who commented. */
const promptRemark = /^(?:\([^()\n]{1,120}\)|#+ Comment by .*)$/gm;

/** Tags are taken out, except where they are code, as in `--after <eventId>`. */
const codeOrTag = /(`{1,3})[^`][\s\S]{0,2000}?\1|<\/?[a-z][^>\n]{0,500}>/gi;

function plain(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(promptRemark, '')
    .replaceAll(/<!--[\s\S]{0,5000}?-->/g, ' ')
    .replaceAll(/!\[[^\]]{0,300}\]\([^)]{0,500}\)/g, ' ')
    .replaceAll(/\[([^\]]{0,300})\]\([^)]{0,500}\)/g, '$1')
    .replaceAll(/<\/?title\b[^>]{0,100}>/gi, '\n')
    .replaceAll(codeOrTag, (found) => (found.startsWith('`') ? found : ' '))
    .replaceAll(/\bhttps?:\/\/\S+/gi, ' ')
    .replaceAll(/(^|[\s(])@([\w-]+)(?![\w/-])/g, '$1$2');
}

function withoutOrders(text: string): string {
  const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });
  return text
    .split('\n')
    .map((line) => {
      if (!orders.test(line)) return line;
      const kept = [...sentences.segment(line)].filter(({ segment }) => !orders.test(segment));
      return kept.map(({ segment }) => segment).join('');
    })
    .join('\n');
}

function titleOf(text: string): string | undefined {
  for (const [, title] of text.matchAll(titleLine)) {
    const trimmed = title?.trim();
    if (trimmed !== undefined && !templateHeading.test(trimmed)) return shortened(trimmed, 120);
  }
  return undefined;
}

function sentencesOf(text: string): string[] {
  const prose = text
    .replaceAll(/^(`{3,}|~{3,})[\s\S]*?^\1.*$/gm, '\n\n')
    .replaceAll(
      /^[ \t]*(?:#+ .*|(?:issue +)?title *:.*|issue +\S{0,100}#\d+.*|[\w #/-]{0,40}:[ \t]*)$/gim,
      '\n',
    )
    .replaceAll(/^[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?:\[[ x]\][ \t]+)?/gm, '\n\n')
    .replaceAll(/^>\s?/gm, '');
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  return prose
    .split(/\n\s*\n/)
    .flatMap((paragraph) => Array.from(segmenter.segment(paragraph.replaceAll(/\s+/g, ' ').trim())))
    .map(({ segment }) => segment.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

function kindOf(title: string, text: string): IssueKind {
  const score = (words: RegExp): number =>
    (text.match(words)?.length ?? 0) + 3 * (title.match(words)?.length ?? 0);
  const scores = kinds.map(({ kind, words, weight }) => ({ kind, score: score(words) * weight }));
  const best = scores.reduce((leader, entry) => (entry.score > leader.score ? entry : leader));
  return best.score === 0 ? 'question' : best.kind;
}
