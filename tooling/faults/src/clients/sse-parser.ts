/** One message of a stream of server-sent events. */
export interface SseMessage {
  /** `message` if the event has no name. */
  readonly event: string;
  readonly data: string;
  /** The last id received, with this message or before; empty if there is none. */
  readonly id: string;
}

/**
 * Parses server-sent events by the rules of WHATWG HTML, "Parsing an event stream". Independent on
 * purpose: it shares no code with the programs under test.
 */
export class SseParser {
  readonly #onMessage: (message: SseMessage) => void;
  readonly #decoder = new TextDecoder();
  #unfinished = '';
  #event = '';
  #data: string[] = [];
  #id = '';

  constructor(onMessage: (message: SseMessage) => void) {
    this.#onMessage = onMessage;
  }

  push(bytes: Uint8Array): void {
    const text = this.#unfinished + this.#decoder.decode(bytes, { stream: true });
    // A CR at the end may be the first half of a CRLF.
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    const lines = text.slice(0, end).split(/\r\n|\n|\r/);
    this.#unfinished = (lines.pop() ?? '') + text.slice(end);
    for (const line of lines) this.#take(line);
  }

  #take(line: string): void {
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
  }

  #dispatch(): void {
    const data = this.#data;
    const event = this.#event || 'message';
    this.#data = [];
    this.#event = '';
    if (data.length > 0) this.#onMessage({ event, data: data.join('\n'), id: this.#id });
  }
}
