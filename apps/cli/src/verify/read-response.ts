import { z } from 'zod';
import { advice, adviceFor } from './advice.ts';
import { CheckFailure } from './check.ts';

const MAX_SHOWN_CHARS = 160;

/** Shortens a text to one line. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_SHOWN_CHARS ? `${line.slice(0, MAX_SHOWN_CHARS)}…` : line;
}

/** Describes a response for a message: status, type, and the beginning of the body. */
export function describeResponse({ status, headers }: Response, text: string): string {
  return `HTTP ${status}, ${headers.get('content-type') ?? 'of no type'}: ${shorten(text)}`;
}

/**
 * Reads a response that must be JSON of a given shape.
 * @throws CheckFailure when its status, type or shape differs.
 */
export async function readResponse<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
  { status = 200, what }: { readonly status?: number | readonly number[]; readonly what: string },
): Promise<z.output<Schema>> {
  const text = await response.text();
  const expected = `${what}: HTTP ${[status].flat().join(' or ')} with JSON`;
  const actual = describeResponse(response, text);
  const isJson = /^application\/json\b/i.test(response.headers.get('content-type') ?? '');
  if (![status].flat().includes(response.status) || !isJson) {
    throw new CheckFailure({ expected, actual, advice: adviceFor(response.status) });
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new CheckFailure({
    expected: `${expected} as /api/docs describes it`,
    actual: `${actual} (${shorten(z.prettifyError(parsed.error))})`,
    advice: advice.version,
  });
}

/** @returns `undefined` for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the options of a POST request with a JSON body. */
export function jsonRequest(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}
