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
  const message = `${error.param} ${error.message}`.toLowerCase();
  const mentions = (...phrases: readonly string[]): boolean =>
    phrases.some((one) => message.includes(one));
  if (shape.streamOptions && mentions('stream_options', 'include_usage')) {
    return { ...shape, streamOptions: false };
  }
  if (shape.toolChoice && sent.hasTools && mentions('tool_choice', 'tool choice', 'toolchoice')) {
    return { ...shape, toolChoice: false };
  }
  if (mentions('max_completion_tokens', 'max_tokens'))
    return { ...shape, outputLimit: otherLimit(shape, message) };
  if (
    sent.hasExtraFields &&
    shape.extraFields &&
    mentions('reasoning', 'thinking', 'thought', 'signature', 'extra_content')
  ) {
    return mentions('missing', 'passed back') ? null : { ...shape, extraFields: false };
  }
  if (sent.hasToolMessages && !sent.hasTools && mentions('tools') && mentions(...WANTED)) {
    return { ...shape, keepsTools: true };
  }
  if (shape.systemRole && mentions('system') && mentions('role'))
    return { ...shape, systemRole: false };
  // The message names no cause: retry with the minimal request.
  const isUnclear = error.message === '' || mentions(...UNCLEAR);
  const minimal = {
    ...shape,
    streamOptions: false,
    toolChoice: false,
    extraFields: false,
    outputLimit: null,
  };
  const canReduce = shape.streamOptions || shape.toolChoice || shape.outputLimit !== null;
  return isUnclear && canReduce ? minimal : null;
}

/**
 * Newer OpenAI models require `max_completion_tokens`, most other endpoints only know `max_tokens`,
 * and some insist on a limit.
 */
function otherLimit({ outputLimit }: RequestShape, message: string): RequestShape['outputLimit'] {
  switch (outputLimit) {
    case null:
      return message.includes('max_completion_tokens') ? 'max_completion_tokens' : 'max_tokens';
    case 'max_completion_tokens':
      return 'max_tokens';
    case 'max_tokens':
      // The endpoint rejected both names, or asks for the other one.
      return message.includes('max_completion_tokens') ? 'max_completion_tokens' : null;
  }
}
