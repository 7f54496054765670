/** The body of every refusal, in the shape the OpenAI API answers with. */
interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** A refusal as it goes over the wire. */
export interface Refusal {
  readonly status: 400 | 401 | 404 | 413 | 429 | 500;
  readonly body: OpenAiErrorBody;
  readonly headers?: Readonly<Record<string, string>>;
}

export function badRequest(message: string, param: string | null = null): Refusal {
  return refusal(400, message, 'invalid_request_error', param, null);
}

export function wrongKey(): Refusal {
  return refusal(
    401,
    'Incorrect API key provided. The demo model takes any key except the one that was sent, which stands for a wrong one.',
    'invalid_request_error',
    null,
    'invalid_api_key',
  );
}

export function unknownModel(model: string, known: string): Refusal {
  return refusal(
    404,
    `The model '${model}' does not exist here. This is the demo model's server; ask for '${known}'.`,
    'invalid_request_error',
    'model',
    'model_not_found',
  );
}

export function unknownAddress(method: string, path: string): Refusal {
  return refusal(
    404,
    `Invalid URL (${method} ${path}). The demo model answers POST /v1/chat/completions and GET /v1/models.`,
    'invalid_request_error',
    null,
    'unknown_url',
  );
}

export function tooLarge(maxBytes: number): Refusal {
  return refusal(
    413,
    `The request is larger than ${maxBytes} bytes. Send fewer or shorter messages.`,
    'invalid_request_error',
    null,
    'request_too_large',
  );
}

export function rateLimited(retryAfterSeconds: number): Refusal {
  return {
    ...refusal(
      429,
      `Rate limit reached for requests. Please try again in ${retryAfterSeconds}s.`,
      'requests',
      null,
      'rate_limit_exceeded',
    ),
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

export function serverError(): Refusal {
  return refusal(
    500,
    'The server had an error while processing your request. Sorry about that!',
    'server_error',
    null,
    null,
  );
}

function refusal(
  status: Refusal['status'],
  message: string,
  type: string,
  param: string | null,
  code: string | null,
): Refusal {
  return { status, body: { error: { message, type, param, code } } };
}
