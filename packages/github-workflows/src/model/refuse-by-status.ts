import { EndpointRefusal, readEndpointError } from './wire/endpoint-error.ts';
import { parseJson } from './wire/foreign-json.ts';

/** The rest of a longer refusal adds nothing useful. */
const MAX_BYTES = 64_000;

/**
 * A `fetch` that throws an `EndpointRefusal` with the endpoint's message for an error status; the
 * SDK keeps only one of its forms.
 */
export function refuseByStatus({
  secret,
  now,
}: {
  readonly secret: string;
  readonly now: () => number;
}): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (response.ok) return response;
    const { status, headers } = response;
    const text = await beginOf(response);
    const parsed = parseJson(text);
    const raw = parsed === undefined ? text : parsed;
    throw new EndpointRefusal(readEndpointError(raw, { status, headers, now: now(), secret }));
  };
}

/** Reads the body until it ends, breaks off or reaches the limit. */
async function beginOf({ body }: Response): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    while (bytes < MAX_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      bytes += value.length;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // The status is sufficient.
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return text;
}
