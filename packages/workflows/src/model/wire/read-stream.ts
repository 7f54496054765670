import { TimeSlice } from '@runtape/async';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import {
  type ErrorCircumstances,
  describeBody,
  EndpointRefusal,
  isErrorBody,
  readEndpointError,
} from './endpoint-error.ts';
import { parseJson } from './foreign-json.ts';

/** Of one event, and of an answer that is not streamed. */
const MAX_EVENT_CHARS = 1_000_000;
/** Of a whole answer, with all that surrounds its words. */
const MAX_ANSWER_CHARS = 64_000_000;
/** Limit for a body that is not an answer; its beginning tells what it is. */
const MAX_OTHER_CHARS = 20_000;

export type StreamItem =
  /** A chunk, or a whole answer, as parsed JSON. */
  | { readonly kind: 'chunk'; readonly value: unknown }
  /** The endpoint says that there is no more. */
  | { readonly kind: 'done' };

/** The answer is not what it should be; the message completes "The model's answer …". */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer';
  readonly code = 'unreadable_answer';
}

export interface ReadingOptions {
  readonly circumstances: Omit<ErrorCircumstances, 'status' | 'headers'>;
  /**
   * Called on every sign of life, comments included. @param isWord whether it was more than a
   * comment.
   */
  readonly onLife: (isWord: boolean) => void;
  /** Ends the connection once it aborts, and with it the stream. */
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
  { circumstances, onLife, signal }: ReadingOptions,
): AsyncGenerator<StreamItem, void> {
  const refusal = (raw: unknown): EndpointRefusal => {
    const { status, headers } = response;
    return new EndpointRefusal(readEndpointError(raw, { ...circumstances, status, headers }));
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
  /** A body that is not an event stream is collected whole, up to its limit. */
  const whole: string[] = [];
  let chars = 0;
  for await (const text of textOf(response, signal)) {
    chars += text.length;
    if (form === 'unknown') form = formOf(text);
    if (form !== 'events') {
      onLife(form === 'json');
      whole.push(text);
      if (chars > (form === 'json' ? MAX_EVENT_CHARS : MAX_OTHER_CHARS)) break;
      continue;
    }
    if (chars > MAX_ANSWER_CHARS) throw new UnreadableAnswer('does not end');
    parser.feed(text);
    if (isTooLong) throw new UnreadableAnswer('has a piece that is too long');
    onLife(events.length > 0);
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
  // The last event counts also without the empty line behind it.
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
  // Rejects with what ended the stream, which is known by then.
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

/** What a body is, by how it begins: endpoints are not to be believed about their content types. */
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

/** The address answers, but with pages for people: it is no endpoint of a model. */
export class NotAnEndpoint extends Error {
  override readonly name = 'NotAnEndpoint';
  readonly code = 'not_an_endpoint';
  /** What it answered with. */
  readonly page: string;

  constructor(page: string) {
    super('The address is no endpoint of a model.');
    this.page = page;
  }
}
