import { TimeSlice } from '@runtape/async';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import {
  type ErrorContext,
  describeBody,
  EndpointRefusal,
  isErrorBody,
  readEndpointError,
} from './endpoint-error.ts';
import { parseJson } from './foreign-json.ts';

/** The limit of one event, and of an answer that is not streamed. */
const MAX_EVENT_CHARS = 1_000_000;
/** The limit of a whole answer, including the JSON around its text. */
const MAX_ANSWER_CHARS = 64_000_000;
/** The limit of a body that is not an answer; its beginning identifies it. */
const MAX_OTHER_CHARS = 20_000;

export type StreamItem =
  /** A chunk, or a whole answer, as parsed JSON. */
  | { readonly kind: 'chunk'; readonly value: unknown }
  /** The endpoint reports the end. */
  | { readonly kind: 'done' };

/** The answer is invalid; the message completes "The model's answer …". */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
  readonly code = 'unreadable_answer';
}

export interface ReadingOptions {
  readonly errorContext: Omit<ErrorContext, 'status' | 'headers'>;
  /**
   * Called whenever data arrives, including comments. @param isContent whether it was more than a
   * comment.
   */
  readonly onData: (isContent: boolean) => void;
  /** Ends the connection and the stream once it aborts. */
  readonly signal: AbortSignal;
}

/**
 * Reads the body of an answer: an event stream, or one JSON document from endpoints that do not
 * stream.
 * @throws EndpointRefusal for an error in place of the answer, UnreadableAnswer, and connection
 *    errors.
 */
export async function* readStream(
  response: Response,
  { errorContext, onData, signal }: ReadingOptions,
): AsyncGenerator<StreamItem, void> {
  const refusal = (raw: unknown): EndpointRefusal => {
    const { status, headers } = response;
    return new EndpointRefusal(readEndpointError(raw, { ...errorContext, status, headers }));
  };
  const events: EventSourceMessage[] = [];
  let isTooLong = false;
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onError: ({ type }) => {
      isTooLong ||= type === 'max-buffer-size-exceeded';
    },
    maxBufferSize: MAX_EVENT_CHARS,
  });
  const slice = new TimeSlice({ signal });
  let form: Form = 'unknown';
  /** A body that is not an event stream is collected as a whole, up to its limit. */
  const whole: string[] = [];
  let chars = 0;
  for await (const text of textOf(response, signal)) {
    chars += text.length;
    if (form === 'unknown') form = formOf(text);
    if (form !== 'events') {
      onData(form === 'json');
      whole.push(text);
      if (chars > (form === 'json' ? MAX_EVENT_CHARS : MAX_OTHER_CHARS)) break;
      continue;
    }
    if (chars > MAX_ANSWER_CHARS) throw new UnreadableAnswer('does not end');
    parser.feed(text);
    if (isTooLong) throw new UnreadableAnswer('has a piece that is too long');
    onData(events.length > 0);
    for (const event of events.splice(0)) {
      const item = readEvent(event, refusal);
      if (item !== null) yield item;
      if (slice.due) await slice.yield();
    }
  }
  if (form !== 'events') {
    yield* readWhole(form, whole.join(''), refusal);
    return;
  }
  // The last event counts even without a trailing empty line.
  parser.feed('\n\n');
  for (const event of events.splice(0)) {
    const item = readEvent(event, refusal);
    if (item !== null) yield item;
  }
}

/** The body as text; cancelled when reading stops. */
async function* textOf(response: Response, signal: AbortSignal): AsyncGenerator<string, void> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  // Rejects with the error that ended the stream, which is already known.
  const stop = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      yield decoder.decode(value, { stream: true });
    }
    yield decoder.decode();
  } finally {
    signal.removeEventListener('abort', stop);
    await reader.cancel().catch(() => undefined);
  }
}

type Form = 'unknown' | 'json' | 'page' | 'events';

/** Detects the form of a body by its beginning: the content types of endpoints are unreliable. */
function formOf(begin: string): Form {
  const first = begin.trimStart().charAt(0);
  if (first === '') return 'unknown';
  if (first === '{' || first === '[') return 'json';
  return first === '<' ? 'page' : 'events';
}

function readEvent(
  { event, data }: EventSourceMessage,
  refusal: (raw: unknown) => EndpointRefusal,
): StreamItem | null {
  const text = data.trim();
  if (text === '[DONE]') return { kind: 'done' };
  const isError = event === 'error';
  if (text === '' || (!isError && !/^[[{]/.test(text))) return null;
  const value = parseJson(text);
  if (value === undefined) {
    if (isError) throw refusal(text);
    throw new UnreadableAnswer('has a piece that is no JSON');
  }
  if (isError || isErrorBody(value)) throw refusal(value);
  return { kind: 'chunk', value };
}

function* readWhole(
  form: Form,
  body: string,
  refusal: (raw: unknown) => EndpointRefusal,
): Generator<StreamItem, void> {
  if (body.trim() === '') throw new UnreadableAnswer('was empty');
  if (form === 'page') throw new NotAnEndpoint(describeBody(body));
  if (body.length > MAX_EVENT_CHARS) throw new UnreadableAnswer('is too long');
  const value = parseJson(body);
  if (value === undefined) throw new UnreadableAnswer('is no event stream, and no JSON');
  if (isErrorBody(value)) throw refusal(value);
  yield { kind: 'chunk', value };
  yield { kind: 'done' };
}

/** The address answers with web pages, so it is not a model endpoint. */
export class NotAnEndpoint extends Error {
  override readonly name = 'NotAnEndpoint';
  readonly code = 'not_an_endpoint';
  /** A description of the response. */
  readonly page: string;

  constructor(page: string) {
    super('The address is no endpoint of a model.');
    this.page = page;
  }
}
