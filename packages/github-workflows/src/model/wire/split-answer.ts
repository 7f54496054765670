/** A part of an answer: text, a thought, or a tool call written as text. */
export type SplitPart =
  | { readonly kind: 'text' | 'thought' | 'call'; readonly text: string }
  /** A thought or a call is complete. */
  | { readonly kind: 'thought-end' | 'call-end' }
  /** A thought ends that had no opening tag: all text so far belonged to it. */
  | { readonly kind: 'was-thought' };

interface Markup {
  readonly kind: 'thought' | 'call';
  readonly open: string;
  /**
   * The closing tags, of which the first one counts; if empty, it lasts until the end of the
   * answer.
   */
  readonly close: readonly string[];
  /** Keeps the opening tag for the parser of the call. */
  readonly keepsTag?: boolean;
}

const thought = (open: string, ...close: readonly string[]): Markup => ({
  kind: 'thought',
  open,
  close,
});
const call = (open: string, ...close: readonly string[]): Markup => ({
  kind: 'call',
  open,
  close,
  keepsTag: true,
});

/** The tags of thoughts and tool calls in text, in lower case; a tag precedes its own prefixes. */
const MARKUP: readonly Markup[] = [
  thought('<think>', '</think>'), // DeepSeek R1, Qwen 3, MiniMax M2, GLM 4.5
  thought('<thinking>', '</thinking>'),
  thought('<thought>', '</thought>'), // Gemini
  thought('<thoughts>', '</thoughts>'),
  thought('<reasoning>', '</reasoning>'),
  thought('<seed:think>', '</seed:think>'), // Seed-OSS
  thought('<|begin_of_thought|>', '<|end_of_thought|>'),
  thought('◁think▷', '◁/think▷'), // Kimi
  thought('[think]', '[/think]'), // Magistral
  // gpt-oss, if the server does not interpret its channels.
  thought('<|channel|>analysis<|message|>', '<|end|>', '<|start|>', '<|channel|>final'),
  call('<|channel|>commentary to=', '<|call|>'),
  call('<tool_call>', '</tool_call>'), // Hermes, Qwen, GLM
  call('<tool_calls>', '</tool_calls>'),
  call('<function_call>', '</function_call>'),
  call('<function=', '</function>'), // Llama, Qwen Coder
  call('[tool_calls]'), // Mistral
  call('<|python_tag|>', '<|eom_id|>', '<|eot_id|>'), // Llama 3.1
  call('<|tool_call|>', '<|/tool_call|>'), // Granite, Phi
  call('<|tool_calls_section_begin|>', '<|tool_calls_section_end|>'), // Kimi K2
  call('<｜tool▁calls▁begin｜>', '<｜tool▁calls▁end｜>'), // DeepSeek
];

/** Closing tags that may come without an opening tag, because that is in the prompt. */
const THOUGHT_ENDS = MARKUP.filter(({ kind, open }) => kind === 'thought' && !open.startsWith('<|'))
  .flatMap(({ close }) => close)
  .concat('<|end_of_thought|>');

/** A tag after one of these characters within a sentence is only mentioned. */
const BEFORE_MENTION = new Set(' \t("\'“‘[*_'.split(''));

/** Tokens of a model's template, which are omitted. */
const NOISE: readonly string[] = [
  '<|start|>assistant',
  '<|channel|>final<|message|>',
  '<|channel|>commentary<|message|>',
  '<|end|>',
  '<|return|>',
  '<|im_end|>',
  '<|eot_id|>',
  '<|endoftext|>',
  '<|end_of_text|>',
];

const FIRST = new Set(
  [...MARKUP.map(({ open }) => open), ...THOUGHT_ENDS, ...NOISE].map((tag) => tag.charAt(0)),
);
const LONGEST = Math.max(
  ...[...MARKUP.map(({ open }) => open), ...THOUGHT_ENDS, ...NOISE].map(({ length }) => length),
);

/**
 * Splits a streaming answer into text, thoughts, and tool calls written as text. Opening tags count
 * at the start of a line, closing tags anywhere except in a sentence about them; none count in
 * code. A single pass: each character is examined a bounded number of times.
 */
export class AnswerSplitter {
  #buffer = '';
  #inside: Markup | null = null;
  #isLineStart = true;
  /** The marker of the open fence, e.g. three backticks. */
  #fence: string | null = null;
  #inSpan = false;
  /** The character before the current position. */
  #last = '\n';
  /** Only blanks since the last thought or call: they are dropped. */
  #dropsBlanks = false;

  /** Adds text; a possible beginning of a tag is held back. */
  add(piece: string): SplitPart[] {
    this.#buffer += piece;
    return this.#split(false);
  }

  /** Returns the held-back text. */
  end(): SplitPart[] {
    return this.#split(true);
  }

  #split(isEnd: boolean): SplitPart[] {
    const parts: SplitPart[] = [];
    while (this.#buffer !== '') {
      const hasMore =
        this.#inside === null
          ? this.#readText(parts, isEnd)
          : this.#readInside(parts, this.#inside, isEnd);
      if (!hasMore) break;
    }
    if (isEnd && this.#inside !== null) this.#leave(parts, this.#inside);
    return parts;
  }

  /** @returns whether there is more to read. */
  #readInside(parts: SplitPart[], { kind, close }: Markup, isEnd: boolean): boolean {
    const lower = lowerCase(this.#buffer);
    let at = -1;
    let tag = '';
    for (const one of close) {
      const found = lower.indexOf(one);
      if (found !== -1 && (at === -1 || found < at)) [at, tag] = [found, one];
    }
    const keeps = Math.max(0, ...close.map(({ length }) => length - 1));
    const upTo = at === -1 ? Math.max(0, this.#buffer.length - (isEnd ? 0 : keeps)) : at;
    const inside = this.#buffer.slice(0, upTo);
    if (inside !== '') parts.push({ kind, text: inside });
    // For gpt-oss, the closing tag is the beginning of the next message and is kept for it.
    const consumed = tag.startsWith('<|start|>') || tag.startsWith('<|channel|>') ? 0 : tag.length;
    this.#buffer = this.#buffer.slice(upTo + consumed);
    if (at === -1) return false;
    if (this.#inside !== null) this.#leave(parts, this.#inside);
    return true;
  }

  #leave(parts: SplitPart[], { kind }: Markup): void {
    parts.push({ kind: kind === 'thought' ? 'thought-end' : 'call-end' });
    this.#inside = null;
    this.#isLineStart = true;
    this.#inSpan = false;
    this.#dropsBlanks = true;
  }

  /** @returns whether there is more to read. */
  #readText(parts: SplitPart[], isEnd: boolean): boolean {
    const text = this.#buffer;
    let from = 0;
    const emit = (to: number): void => {
      const shown = this.#withoutBlanks(text.slice(from, to));
      if (shown !== '') parts.push({ kind: 'text', text: shown });
      from = to;
    };
    for (let at = 0; at < text.length; at += 1) {
      const character = text.charAt(at);
      const before = this.#last;
      this.#last = character;
      if (character === '\n') {
        this.#isLineStart = true;
        this.#inSpan = false;
        continue;
      }
      if (this.#isLineStart && (character === '`' || character === '~')) {
        const run = runLength(text, at);
        if (!isEnd && at + run === text.length && run < 100) {
          this.#last = before;
          return this.#wait(emit, at);
        }
        if (run >= 3) {
          this.#toggleFence(character, run);
          at += run - 1;
          this.#isLineStart = false;
          continue;
        }
      }
      if (this.#fence === null && !this.#inSpan && FIRST.has(character)) {
        const tag = lowerCase(text.slice(at, at + LONGEST + 1));
        const found = this.#markupAt(tag, before, isEnd);
        if (found === 'perhaps' && !isEnd) {
          this.#last = before;
          return this.#wait(emit, at);
        }
        if (typeof found === 'object' && found !== null) {
          emit(at);
          this.#buffer = text.slice(at + found.length);
          if (found.markup !== null) {
            this.#inside = found.markup;
            if (found.markup.keepsTag === true) parts.push({ kind: 'call', text: found.tag });
          } else if (found.endsThought) {
            parts.push({ kind: 'was-thought' });
            this.#dropsBlanks = true;
          }
          this.#isLineStart = true;
          return true;
        }
      }
      if (character === '`' && this.#fence === null) this.#inSpan = !this.#inSpan;
      if (character.trim() !== '') this.#isLineStart = false;
    }
    emit(text.length);
    this.#buffer = '';
    return false;
  }

  /** Holds back the text from here until more arrives. The state remains that of this position. */
  #wait(emit: (to: number) => void, at: number): false {
    emit(at);
    this.#buffer = this.#buffer.slice(at);
    return false;
  }

  #markupAt(begin: string, before: string, isEnd: boolean): Found | 'perhaps' | null {
    const markup = this.#isLineStart
      ? MARKUP.find(({ open }) => begin.startsWith(open))
      : undefined;
    if (markup !== undefined)
      return { markup, tag: markup.open, length: markup.open.length, endsThought: false };
    const end = THOUGHT_ENDS.find((tag) => begin.startsWith(tag));
    if (end !== undefined) {
      const next = begin.charAt(end.length);
      const isMention = !this.#isLineStart && BEFORE_MENTION.has(before);
      if (isMention && next === '' && !isEnd) return 'perhaps';
      if (isMention && next !== '' && next !== '\n' && next !== '\r') return null;
      return { markup: null, tag: end, length: end.length, endsThought: true };
    }
    const noise = NOISE.find((tag) => begin.startsWith(tag));
    if (noise !== undefined)
      return { markup: null, tag: noise, length: noise.length, endsThought: false };
    const mayBe = (tag: string): boolean => tag.length > begin.length && tag.startsWith(begin);
    const isBegun =
      (this.#isLineStart && MARKUP.some(({ open }) => mayBe(open))) ||
      THOUGHT_ENDS.some(mayBe) ||
      NOISE.some(mayBe);
    return isBegun ? 'perhaps' : null;
  }

  #toggleFence(character: string, length: number): void {
    if (this.#fence === null) this.#fence = character.repeat(length);
    else if (this.#fence.startsWith(character) && length >= this.#fence.length) this.#fence = null;
  }

  #withoutBlanks(text: string): string {
    if (!this.#dropsBlanks) return text;
    const rest = text.trimStart();
    if (rest !== '') this.#dropsBlanks = false;
    return rest;
  }
}

interface Found {
  readonly markup: Markup | null;
  readonly tag: string;
  readonly length: number;
  readonly endsThought: boolean;
}

function runLength(text: string, at: number): number {
  const character = text.charAt(at);
  let end = at;
  while (text.charAt(end) === character) end += 1;
  return end - at;
}

/** Keeps the length, unlike `toLowerCase` for some letters. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
