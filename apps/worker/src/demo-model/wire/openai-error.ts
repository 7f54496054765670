/** An error response in the format of the OpenAI API. */
export interface ErrorResponse {
  readonly status: 400 | 401 | 404 | 413 | 429 | 500;
  readonly body: { readonly error: ErrorFields & { readonly message: string } };
  readonly headers?: Readonly<Record<string, string>>;
}

interface ErrorFields {
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

export function badRequest(message: string, param: string | null = null): ErrorResponse {
  return errorResponse(400, message, { param });
}

export function wrongKey(): ErrorResponse {
  const message =
    'Incorrect API key provided. The demo model takes any key except the one that was sent, which stands for a wrong one.';
  return errorResponse(401, message, { code: 'invalid_api_key' });
}

export function unknownModel(model: string, known: string): ErrorResponse {
  const message = `The model '${model}' does not exist here. This is the demo model's server; ask for '${known}'.`;
  return errorResponse(404, message, { param: 'model', code: 'model_not_found' });
}

export function unknownAddress(method: string, path: string): ErrorResponse {
  const message = `Invalid URL (${method} ${path}). The demo model answers POST /v1/chat/completions and GET /v1/models.`;
  return errorResponse(404, message, { code: 'unknown_url' });
}

export function tooLarge(maxBytes: number): ErrorResponse {
  const message = `The request is larger than ${maxBytes} bytes. Send fewer or shorter messages.`;
  return errorResponse(413, message, { code: 'request_too_large' });
}

export function rateLimited(retryAfterSeconds: number): ErrorResponse {
  const message = `Rate limit reached for requests. Please try again in ${retryAfterSeconds}s.`;
  return {
    ...errorResponse(429, message, { type: 'requests', code: 'rate_limit_exceeded' }),
    headers: { 'retry-after': String(retryAfterSeconds) },
  };
}

export function serverError(): ErrorResponse {
  const message = 'The server had an error while processing your request. Sorry about that!';
  return errorResponse(500, message, { type: 'server_error' });
}

function errorResponse(
  status: ErrorResponse['status'],
  message: string,
  { type = 'invalid_request_error', param = null, code = null }: Partial<ErrorFields>,
): ErrorResponse {
  return { status, body: { error: { message, type, param, code } } };
}
