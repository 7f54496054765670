import { parseMarkdownIntoBlocks } from 'streamdown';
import { closesFence, type Fence, openingFence } from './fences.ts';

/** A section has at least so many characters: rendering one takes a few milliseconds. */
const MIN_CHARS = 2000;
/** Where a place to divide was looked for in vain, the section grows by this factor before the next attempt. */
const GROWTH = 1.5;
/** A text with footnotes or link definitions stays in one piece up to so many characters. */
const MAX_WHOLE_CHARS = 50_000;
/** A longer block is not parsed: it would hold the page for longer than anybody waits. */
const MAX_BLOCK_CHARS = 50_000;
/** Code looks the same without being parsed. */
const MAX_CODE_CHARS = 10_000;

/** A line that cannot continue what stands above the empty line before it: no list item, quote, table, HTML or indented line. */
const STARTS_ANEW = /^(?![\s>|<\-+=:~]|\*(?:\s|$)|\d{1,9}[.)])/;
const DEFINITION = /^ {0,3}\[[^\]\n]{1,999}\]:/;
const PROBE = 'probe';

/** A section of a text. */
export interface TextSection {
  readonly text: string;
  /** A single block that is too long to be parsed: shown as it was written. */
  readonly isHuge: boolean;
}

/** A line that seems to begin a block. */
interface Beginning {
  readonly start: number;
  /** Nothing is open before it that it could be within. Parsed when it is first asked for. */
  isReal?: boolean;
}

/**
 * Divides growing Markdown into sections of whole blocks. Only the last one can still change, so each of the others is parsed
 * once, however long the text becomes. Where it is divided depends on the text alone, not on the pieces it came in.
 *
 * What refers to another place (footnotes, link definitions) needs the whole text: up to 50,000 characters such a text is one
 * section; beyond that references are resolved within a section. A block without end is a section of its own, and what comes after
 * it is Markdown again.
 */
export class SectionSplitter {
  #text = '';
  #sections: TextSection[] = [];
  /** Where the last section begins. */
  #start = 0;
  /** Where the first line begins that has not been looked at. */
  #line = 0;
  #isAfterBlank = false;
  #minChars = MIN_CHARS;
  #hasDefinitions = false;
  /** The fenced code that the current line seems to be in. */
  #fence: (Fence & Beginning) | null = null;
  /** The last line after an empty one that cannot continue what stands above. */
  #block: Beginning | null = null;

  /** How many characters are still to be looked at; 0 when the text is divided up to its last line. */
  get left(): number {
    return this.#endOfLine() === -1 ? 0 : this.#text.length - this.#line;
  }

  /**
   * @param given all of the text so far; one that does not continue the last one begins anew.
   * @param maxChars stops after so many that were not looked at before; what is left is a huge section, until the next call.
   * Default: goes on to the end.
   */
  split(given: string, maxChars = Number.POSITIVE_INFINITY): readonly TextSection[] {
    const text = given.includes('\r') ? given.replaceAll(/\r\n?/g, '\n') : given;
    if (!text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    const until = this.#line + maxChars;
    for (let end = this.#endOfLine(); end !== -1; end = this.#endOfLine()) {
      if (this.#line >= until) {
        return [...this.#sections, { text: text.slice(this.#start), isHuge: true }];
      }
      this.#take(text.slice(this.#line, end));
      this.#line = end + 1;
    }
    if (this.#hasDefinitions && text.length <= MAX_WHOLE_CHARS) return [{ text, isHuge: false }];
    return [...this.#sections, ...this.#upTo(text.length)];
  }

  #endOfLine(): number {
    return this.#text.indexOf('\n', this.#line);
  }

  #take(line: string): void {
    const isBlank = line.trim() === '';
    if (!isBlank && this.#isAfterBlank && STARTS_ANEW.test(line)) {
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
      // Huge code is a section of its own.
      if (this.#isHugeCode(end)) this.#begin(end, this.#upTo(end));
      this.#fence = null;
    }
  }

  #isHugeCode(end: number): boolean {
    const fence = this.#fence;
    return fence !== null && end - fence.start > MAX_CODE_CHARS && this.#isReal(fence);
  }

  #isReal(beginning: Beginning): boolean {
    beginning.isReal ??= isClosed(`${this.#text.slice(this.#start, beginning.start)}\n\n`);
    return beginning.isReal;
  }

  /** What the text has from the start of the current section on. */
  #upTo(end: number): readonly TextSection[] {
    const start = this.#start;
    if (start === end && this.#sections.length > 0) return [];
    const whole = this.#section(start, end);
    const isCode = this.#isHugeCode(end);
    const last = isCode ? this.#fence : whole.isHuge ? this.#block : null;
    if (last === null || last.start < start || !this.#isReal(last)) return [whole];
    const section = this.#section(last.start, end);
    const huge = { ...section, isHuge: section.isHuge || isCode };
    // What stands before the huge block is none.
    return last.start === start ? [huge] : [this.#section(start, last.start), huge];
  }

  #section(start: number, end: number): TextSection {
    return { text: this.#text.slice(start, end), isHuge: end - start > MAX_BLOCK_CHARS };
  }

  /** Ends the section before the current line, if that is the end of a block and the section is long enough. */
  #divide(): void {
    const chars = this.#line - this.#start;
    if (chars < this.#minChars) return;
    const { text, isHuge } = this.#section(this.#start, this.#line);
    const isOpen = isHuge ? this.#isHugeCode(this.#line) : !isClosed(text);
    if (isOpen) this.#minChars = chars * GROWTH;
    else this.#begin(this.#line, this.#upTo(this.#line));
  }

  /** Begins the next section. */
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

/** Whether a paragraph after it would be a block of its own: no fence, HTML element or formula is open. */
function isClosed(section: string): boolean {
  // What may refer to another place would make all of it one block.
  const neutral = section.replaceAll('[^', '[_').replaceAll(']:', ']_');
  return parseMarkdownIntoBlocks(neutral + PROBE).at(-1) === PROBE;
}
