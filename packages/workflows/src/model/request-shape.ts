import type { EndpointError } from './wire/endpoint-error.ts';

/** Optional things of a request that some endpoints refuse, or want otherwise. */
export interface RequestShape {
  readonly streamOptions: boolean;
  readonly toolChoice: boolean;
  /** What the provider hung on earlier messages goes back with them. */
  readonly extraFields: boolean;
  /** The name under which a limit of the answer's length is sent; `null` to send none. */
  readonly outputLimit: 'max_completion_tokens' | 'max_tokens' | null;
  /**
   * Describes tools even when none may be called, because some endpoints want that after earlier
   * calls.
   */
  readonly keepsTools: boolean;
  /** Instructions have a message of their own. */
  readonly systemRole: boolean;
}

/** What a request had that an endpoint may not like. */
export interface SentRequest {
  readonly hasTools: boolean;
  readonly hasToolMessages: boolean;
  readonly hasExtraFields: boolean;
}

/** Never a matter of how a request looks. */
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

/** The first shape tried. @param sendsOutputLimit whether a limit is sent. */
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
 * The next shape to try after a refusal, by its message.
 * @returns `null` when no optional parameter is at fault.
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
  // It does not say what it does not like: once more with the least that a request can have.
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
 * Newer OpenAI models want `max_completion_tokens`, most other endpoints only know `max_tokens`,
 * and some insist on one.
 */
function otherLimit({ outputLimit }: RequestShape, words: string): RequestShape['outputLimit'] {
  switch (outputLimit) {
    case null:
      return words.includes('max_completion_tokens') ? 'max_completion_tokens' : 'max_tokens';
    case 'max_completion_tokens':
      return 'max_tokens';
    case 'max_tokens':
      // Refused under both names, or wanted under the other one.
      return words.includes('max_completion_tokens') ? 'max_completion_tokens' : null;
  }
}
