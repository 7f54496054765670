import { parseMarkdownIntoBlocks } from 'streamdown';
import { closesFence, type Fence, openingFence } from './fences.ts';

/** The minimum length of a section, which renders in a few milliseconds. */
const MIN_CHARS = 2000;
/** If a section cannot be split, it grows by this factor before the next attempt. */
const GROWTH = 1.5;
/** A text with footnotes or link definitions is one section up to this length. */
const MAX_WHOLE_CHARS = 50_000;
/** A longer block is not parsed, since it would block the page. */
const MAX_BLOCK_CHARS = 50_000;
/** Longer code is not parsed; it looks the same. */
const MAX_CODE_CHARS = 10_000;

/**
 * A line that cannot continue the block before an empty line: no list item, quote, table, HTML or
 * indented line.
 */
const STARTS_BLOCK = /^(?![\s>|<\-+=:~]|\*(?:\s|$)|\d{1,9}[.)])/;
const DEFINITION = /^ {0,3}\[[^\]\n]{1,999}\]:/;
const PROBE = 'probe';

export interface TextSection {
  readonly text: string;
  /** Whether it is too long to be parsed, and is shown as plain text. */
  readonly isHuge: boolean;
}

/** A line that may begin a block. */
interface BlockStart {
  readonly start: number;
  /** Whether no other block is open before it. Computed on first use. */
  isReal?: boolean;
}

/**
 * Splits growing Markdown into sections of whole blocks. Only the last section can still change, so
 * each of the others is parsed once. The sections depend on the text alone, not on how it arrived.
 * References (footnotes, link definitions) need the whole text: up to 50,000 characters such a text
 * is one section; beyond that, references are resolved within a section. A block that never ends is
 * its own section, and Markdown continues after it.
 */
export class SectionSplitter {
  #text = '';
  #sections: TextSection[] = [];
  /** The start of the last section. */
  #start = 0;
  /** The start of the first line that is not scanned yet. */
  #line = 0;
  #isAfterBlank = false;
  #minChars = MIN_CHARS;
  #hasDefinitions = false;
  /** The fenced code that may contain the current line. */
  #fence: (Fence & BlockStart) | null = null;
  /** The last line that may begin a block. */
  #block: BlockStart | null = null;

  /** The number of characters that are not scanned yet; 0 when only the last line is left. */
  get unscanned(): number {
    return this.#endOfLine() === -1 ? 0 : this.#text.length - this.#line;
  }

  /**
   * @param given the whole text so far; if it does not continue the previous one, all starts again.
   * @param maxChars the number of characters to scan; the rest is a huge section until the next
   *   call. Default: all.
   */
  split(given: string, maxChars = Number.POSITIVE_INFINITY): readonly TextSection[] {
    const text = given.includes('\r') ? given.replaceAll(/\r\n?/g, '\n') : given;
    if (!text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    const limit = this.#line + maxChars;
    for (let end = this.#endOfLine(); end !== -1; end = this.#endOfLine()) {
      if (this.#line >= limit) {
        return [...this.#sections, { text: text.slice(this.#start), isHuge: true }];
      }
      this.#scan(text.slice(this.#line, end));
      this.#line = end + 1;
    }
    if (this.#hasDefinitions && text.length <= MAX_WHOLE_CHARS) return [{ text, isHuge: false }];
    return [...this.#sections, ...this.#upTo(text.length)];
  }

  #endOfLine(): number {
    return this.#text.indexOf('\n', this.#line);
  }

  #scan(line: string): void {
    const isBlank = line.trim() === '';
    if (!isBlank && this.#isAfterBlank && STARTS_BLOCK.test(line)) {
      this.#divide();
      this.#block = { start: this.#line };
    }
    if (DEFINITION.test(line)) this.#hasDefinitions = true;
    this.#isAfterBlank = isBlank;
    if (this.#fence === null) {
      const fence = openingFence(line);
      if (fence !== null) this.#fence = { ...fence, start: this.#line };
    } else if (closesFence(line, this.#fence)) {
      const end = this.#line + line.length + 1;
      if (this.#isHugeCode(end)) this.#begin(end, this.#upTo(end));
      this.#fence = null;
    }
  }

  #isHugeCode(end: number): boolean {
    const fence = this.#fence;
    return fence !== null && end - fence.start > MAX_CODE_CHARS && this.#isReal(fence);
  }

  #isReal(block: BlockStart): boolean {
    block.isReal ??= isClosed(`${this.#text.slice(this.#start, block.start)}\n\n`);
    return block.isReal;
  }

  /** The sections from the start of the current one to `end`. */
  #upTo(end: number): readonly TextSection[] {
    const start = this.#start;
    if (start === end && this.#sections.length > 0) return [];
    const whole = this.#section(start, end);
    const isCode = this.#isHugeCode(end);
    const last = isCode ? this.#fence : whole.isHuge ? this.#block : null;
    if (last === null || last.start < start || !this.#isReal(last)) return [whole];
    const section = this.#section(last.start, end);
    const huge = { ...section, isHuge: section.isHuge || isCode };
    // The text before the huge block is not huge.
    return last.start === start ? [huge] : [this.#section(start, last.start), huge];
  }

  #section(start: number, end: number): TextSection {
    return { text: this.#text.slice(start, end), isHuge: end - start > MAX_BLOCK_CHARS };
  }

  /**
   * Ends the section before the current line, if a block ends there and the section is long enough.
   */
  #divide(): void {
    const chars = this.#line - this.#start;
    if (chars < this.#minChars) return;
    const { text, isHuge } = this.#section(this.#start, this.#line);
    const isOpen = isHuge ? this.#isHugeCode(this.#line) : !isClosed(text);
    if (isOpen) this.#minChars = chars * GROWTH;
    else this.#begin(this.#line, this.#upTo(this.#line));
  }

  #begin(start: number, before: readonly TextSection[]): void {
    this.#sections.push(...before);
    this.#start = start;
    this.#minChars = MIN_CHARS;
    this.#fence = null;
    this.#block = null;
  }

  #reset(): void {
    this.#sections = [];
    this.#start = 0;
    this.#line = 0;
    this.#isAfterBlank = false;
    this.#minChars = MIN_CHARS;
    this.#hasDefinitions = false;
    this.#fence = null;
    this.#block = null;
  }
}

/** Whether no fence, HTML element or formula is still open at the end. */
function isClosed(section: string): boolean {
  // References would turn the whole text into one block.
  const neutral = section.replaceAll('[^', '[_').replaceAll(']:', ']_');
  return parseMarkdownIntoBlocks(neutral + PROBE).at(-1) === PROBE;
}
