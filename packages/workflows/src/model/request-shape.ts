import type { EndpointError } from './wire/endpoint-error.ts';

/** Optional request features that some endpoints reject, or expect in another form. */
export interface RequestShape {
  readonly streamOptions: boolean;
  readonly toolChoice: boolean;
  /** Sends the provider's non-standard fields of earlier messages back. */
  readonly extraFields: boolean;
  /** The parameter that limits the length of the answer; `null` to send none. */
  readonly outputLimit: 'max_completion_tokens' | 'max_tokens' | null;
  /**
   * Describes tools even if none may be called, because some endpoints require that after earlier
   * calls.
   */
  readonly keepsTools: boolean;
  /** Sends instructions as a system message. */
  readonly systemRole: boolean;
}

/** The features of a request that an endpoint may reject. */
export interface SentRequest {
  readonly hasTools: boolean;
  readonly hasToolMessages: boolean;
  readonly hasExtraFields: boolean;
}

/** These statuses are never caused by the shape of a request. */
const OTHER_STATUS: ReadonlySet<number> = new Set([401, 402, 403, 408, 409, 425, 429, 503, 529]);
const UNCLEAR = [
  'unknown',
  'unrecognized',
  'unrecognised',
  'unexpected',
  'unsupported',
  'not support',
  'extra',
  'not permitted',
  'not allowed',
  'bad request',
  'invalid request',
  'invalid param',
  'validation',
  'schema',
  'malformed',
  'unprocessable',
];
const WANTED = [
  'required',
  'missing',
  'must be',
  'must have',
  'expects',
  'need',
  'passed back',
  'provide',
];

/**
 * The first shape to try. @param sendsOutputLimit whether to send a limit for the answer's length.
 */
export function firstShape(sendsOutputLimit: boolean): RequestShape {
  return {
    streamOptions: true,
    toolChoice: true,
    extraFields: true,
    outputLimit: sendsOutputLimit ? 'max_completion_tokens' : null,
    keepsTools: false,
    systemRole: true,
  };
}

/**
 * Chooses the next shape after a refusal, based on its message.
 * @returns `null` if no optional parameter caused it.
 */
export function adaptShape(
  shape: RequestShape,
  error: EndpointError,
  sent: SentRequest,
): RequestShape | null {
  if (error.status !== null && OTHER_STATUS.has(error.status)) return null;
  const words = `${error.param} ${error.words}`.toLowerCase();
  const says = (...phrases: readonly string[]): boolean =>
    phrases.some((one) => words.includes(one));
  if (shape.streamOptions && says('stream_options', 'include_usage')) {
    return { ...shape, streamOptions: false };
  }
  if (shape.toolChoice && sent.hasTools && says('tool_choice', 'tool choice', 'toolchoice')) {
    return { ...shape, toolChoice: false };
  }
  if (says('max_completion_tokens', 'max_tokens'))
    return { ...shape, outputLimit: otherLimit(shape, words) };
  if (
    sent.hasExtraFields &&
    shape.extraFields &&
    says('reasoning', 'thinking', 'thought', 'signature', 'extra_content')
  ) {
    return says('missing', 'passed back') ? null : { ...shape, extraFields: false };
  }
  if (sent.hasToolMessages && !sent.hasTools && says('tools') && says(...WANTED)) {
    return { ...shape, keepsTools: true };
  }
  if (shape.systemRole && says('system') && says('role')) return { ...shape, systemRole: false };
  // The message names no cause: retry with the minimal request.
  const isUnclear = error.words === '' || says(...UNCLEAR);
  const least = {
    ...shape,
    streamOptions: false,
    toolChoice: false,
    extraFields: false,
    outputLimit: null,
  };
  const isLess = shape.streamOptions || shape.toolChoice || shape.outputLimit !== null;
  return isUnclear && isLess ? least : null;
}

/**
 * Newer OpenAI models require `max_completion_tokens`, most other endpoints only know `max_tokens`,
 * and some insist on a limit.
 */
function otherLimit({ outputLimit }: RequestShape, words: string): RequestShape['outputLimit'] {
  switch (outputLimit) {
    case null:
      return words.includes('max_completion_tokens') ? 'max_completion_tokens' : 'max_tokens';
    case 'max_completion_tokens':
      return 'max_tokens';
    case 'max_tokens':
      // The endpoint rejected both names, or asks for the other one.
      return words.includes('max_completion_tokens') ? 'max_completion_tokens' : null;
  }
}
