import { parseMarkdownIntoBlocks } from 'streamdown';

/** A section has at least so many characters: rendering one takes a few milliseconds. */
const MIN_CHARS = 2000;
/** Where a place to divide was looked for in vain, the section grows by this factor before the next attempt. */
const GROWTH = 1.5;
/** A text with footnotes or link definitions stays in one piece up to so many characters. */
const MAX_WHOLE_CHARS = 50_000;

/** A line that cannot continue what stands above the empty line before it: no list item, quote, table, HTML or indented line. */
const STARTS_ANEW = /^(?![\s>|<\-+=:~]|\*(?:\s|$)|\d{1,9}[.)])/;
const DEFINITION = /^ {0,3}\[[^\]\n]{1,999}\]:/;
const PROBE = 'probe';

/**
 * Divides growing Markdown into sections of whole blocks. Only the last one can still change, so each of the others is parsed
 * once, however long the text becomes. Where it is divided depends on the text alone, not on the pieces it came in.
 *
 * What refers to another place (footnotes, link definitions) needs the whole text: up to 50,000 characters such a text is one
 * section; beyond that references are resolved within a section.
 */
export class SectionSplitter {
  #text = '';
  #sections: string[] = [];
  /** Where the last section begins. */
  #start = 0;
  /** Where the first line begins that has not been looked at. */
  #line = 0;
  #isAfterBlank = false;
  #minChars = MIN_CHARS;
  #hasDefinitions = false;

  /** @param given all of the text so far; one that does not continue the last one begins anew. */
  split(given: string): readonly string[] {
    const text = given.includes('\r') ? given.replaceAll(/\r\n?/g, '\n') : given;
    if (!text.startsWith(this.#text)) this.#reset();
    this.#text = text;
    for (let end = this.#endOfLine(); end !== -1; end = this.#endOfLine()) {
      this.#take(text.slice(this.#line, end));
      this.#line = end + 1;
    }
    if (this.#hasDefinitions && text.length <= MAX_WHOLE_CHARS) return [text];
    return [...this.#sections, text.slice(this.#start)];
  }

  #endOfLine(): number {
    return this.#text.indexOf('\n', this.#line);
  }

  #take(line: string): void {
    const isBlank = line.trim() === '';
    if (!isBlank && this.#isAfterBlank && STARTS_ANEW.test(line)) this.#divide();
    if (DEFINITION.test(line)) this.#hasDefinitions = true;
    this.#isAfterBlank = isBlank;
  }

  /** Ends the section before the current line, if that is the end of a block and the section is long enough. */
  #divide(): void {
    const chars = this.#line - this.#start;
    if (chars < this.#minChars) return;
    const section = this.#text.slice(this.#start, this.#line);
    if (!isClosed(section)) {
      this.#minChars = chars * GROWTH;
      return;
    }
    this.#sections.push(section);
    this.#start = this.#line;
    this.#minChars = MIN_CHARS;
  }

  #reset(): void {
    this.#sections = [];
    this.#start = 0;
    this.#line = 0;
    this.#isAfterBlank = false;
    this.#minChars = MIN_CHARS;
    this.#hasDefinitions = false;
  }
}

/** Whether a paragraph after it would be a block of its own: no fence, HTML element or formula is open. */
function isClosed(section: string): boolean {
  // What may refer to another place would make all of it one block.
  const neutral = section.replaceAll('[^', '[_').replaceAll(']:', ']_');
  return parseMarkdownIntoBlocks(neutral + PROBE).at(-1) === PROBE;
}
