/** One server-sent event, as far as it matters here: there is no id, each message carries its own. */
export interface SseFrame {
  readonly event: string;
  readonly data: string;
}

const LINE_BREAK = /\r\n|\r|\n/;

/** Reads server-sent events out of text that comes in pieces (WHATWG HTML, "Interpreting an event stream"). */
export class SseFrames {
  /** The line that has no end yet. */
  #line = '';
  /** The last piece ended with CR: an LF that follows belongs to it. */
  #endedWithCr = false;
  #event = '';
  #data: string[] = [];

  /** The events that a piece completes. */
  push(piece: string): SseFrame[] {
    if (piece === '') return [];
    const text = this.#endedWithCr && piece.startsWith('\n') ? piece.slice(1) : piece;
    this.#endedWithCr = piece.endsWith('\r');
    const [first = '', ...rest] = text.split(LINE_BREAK);
    const lines = [this.#line + first, ...rest];
    this.#line = lines.pop() ?? '';
    return lines.flatMap((line) => this.#take(line));
  }

  #take(line: string): SseFrame[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }

  #dispatch(): SseFrame[] {
    const frame = { event: this.#event || 'message', data: this.#data.join('\n') };
    const isEmpty = this.#data.length === 0;
    this.#event = '';
    this.#data = [];
    return isEmpty ? [] : [frame];
  }
}
