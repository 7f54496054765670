import { ApiError } from '../errors/api-error.ts';

/** The deepest valid input is one of tRPC: batch, envelope, input, target and its fields. */
const MAX_DEPTH = 32;
/** The longest valid list has 200 entries: the streams of one connection. */
const MAX_ENTRIES = 1000;
/** The largest valid object has about twenty fields; tRPC adds one for each `undefined` field. */
const MAX_FIELDS = 200;
/** 200 streams, each with a list of event types, have about half as many. */
const MAX_VALUES = 20_000;

/** In bytes. Names are compared, and superjson parses its own names character by character. */
const MAX_NAME = 1000;
/** In bytes. More digits do not change a number, and parsing takes longer than linear time. */
const MAX_NUMBER = 400;

const QUOTE = 0x22;
const SPACE = 0x20;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

interface Container {
  readonly isArray: boolean;
  commas: number;
  /** In an object: whether the next value is a name. */
  isAtName: boolean;
}

/**
 * Counts the values in a JSON text, byte by byte as it arrives, before it is parsed. Parsing and
 * checking a text that consists of brackets, names or errors takes hundreds of times longer than an
 * ordinary one of the same length. The scan does not check whether the text is valid JSON.
 */
export class JsonScan {
  readonly #open: Container[] = [];
  #values = 1;
  #isInString = false;
  #isEscaped = false;
  /** The length of the current string, number or literal, in bytes. */
  #length = 0;

  /** @throws ApiError `invalid_input` as soon as a limit is exceeded. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#isInString) at = this.#throughString(bytes, at);
      else at = this.#upToString(bytes, at);
    }
  }

  /** Large bodies are nearly all strings, so this loop only reads bytes. */
  #throughString(bytes: Uint8Array, start: number): number {
    let at = start;
    let isEscaped = this.#isEscaped;
    while (at < bytes.length) {
      const byte = bytes[at];
      at += 1;
      if (isEscaped) {
        isEscaped = false;
      } else if (byte === BACKSLASH) {
        isEscaped = true;
      } else if (byte === QUOTE) {
        this.#isInString = false;
        break;
      }
    }
    this.#isEscaped = isEscaped;
    this.#length += at - start;
    if (this.#length > MAX_NAME && this.#open.at(-1)?.isAtName === true) {
      throw tooMuch(`has a field with a name of more than ${MAX_NAME} bytes`);
    }
    return at;
  }

  #upToString(bytes: Uint8Array, start: number): number {
    for (let at = start; at < bytes.length; at += 1) {
      this.#outside(bytes[at] ?? SPACE);
      if (this.#isInString) return at + 1;
    }
    return bytes.length;
  }

  #outside(byte: number): void {
    this.#length += 1;
    switch (byte) {
      case QUOTE:
        this.#isInString = true;
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        this.#enter({
          isArray: byte === OPEN_BRACKET,
          commas: 0,
          isAtName: byte === OPEN_BRACE,
        });
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        this.#open.pop();
        break;
      case COMMA:
        this.#count();
        break;
      case COLON:
        this.#passName();
        break;
      case SPACE:
      case TAB:
      case LINE_FEED:
      case CARRIAGE_RETURN:
        break;
      default:
        if (this.#length > MAX_NUMBER) {
          throw tooMuch(`has a number of more than ${MAX_NUMBER} characters`);
        }
        return;
    }
    this.#length = 0;
  }

  #passName(): void {
    const container = this.#open.at(-1);
    if (container !== undefined) container.isAtName = false;
  }

  #enter(container: Container): void {
    this.#open.push(container);
    this.#values += 1;
    if (this.#open.length > MAX_DEPTH) {
      throw tooMuch(`is nested more than ${MAX_DEPTH} levels deep`);
    }
    this.#checkValues();
  }

  #count(): void {
    this.#values += 1;
    this.#checkValues();
    const container = this.#open.at(-1);
    if (container === undefined) return;
    container.commas += 1;
    container.isAtName = !container.isArray;
    if (container.isArray && container.commas >= MAX_ENTRIES) {
      throw tooMuch(`has a list of more than ${MAX_ENTRIES} entries`);
    }
    if (!container.isArray && container.commas >= MAX_FIELDS) {
      throw tooMuch(`has an object of more than ${MAX_FIELDS} fields`);
    }
  }

  #checkValues(): void {
    if (this.#values > MAX_VALUES) throw tooMuch(`has more than ${MAX_VALUES} values`);
  }
}

function tooMuch(what: string): ApiError {
  return new ApiError('invalid_input', `The request ${what}. No input is like that: send less.`);
}
