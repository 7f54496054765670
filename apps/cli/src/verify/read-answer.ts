import { z } from 'zod';
import { CheckFailure } from './check.ts';

const SHOWN_CHARS = 160;
const PROXY =
  'Check what answers at this address: a proxy, a login page, or a server of another version.';

/** Shortens a text to one line. */
export function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
}

/** Describes a response for a message: status, type, and the beginning of the body. */
export function describeAnswer({ status, headers }: Response, text: string): string {
  return `HTTP ${status}, ${headers.get('content-type') ?? 'of no type'}: ${shorten(text)}`;
}

/**
 * Reads a response that must be JSON of a given shape.
 * @throws CheckFailure when its status, type or shape differs.
 */
export async function readAnswer<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
  { status = 200, what }: { readonly status?: number | readonly number[]; readonly what: string },
): Promise<z.output<Schema>> {
  const text = await response.text();
  const expected = `${what}: HTTP ${[status].flat().join(' or ')} with JSON`;
  const came = describeAnswer(response, text);
  const isJson = /^application\/json\b/i.test(response.headers.get('content-type') ?? '');
  if (![status].flat().includes(response.status) || !isJson) {
    throw new CheckFailure({ expected, came, advice: adviceFor(response.status) });
  }
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new CheckFailure({
    expected: `${expected} as /api/docs describes it`,
    came: `${came} (${shorten(z.prettifyError(parsed.error))})`,
    advice: 'Check that the server has the version of this command.',
  });
}

/** Returns advice for an unexpected status. */
export function adviceFor(status: number): string {
  switch (status) {
    case 401:
      return 'Set RUNTAPE_TOKEN to a token of this server: "runtape token <user>" makes one.';
    case 429:
      return 'The server limits streams: see MAX_STREAMS_PER_USER and STREAM_ATTEMPTS_PER_MINUTE.';
    case 502:
    case 503:
    case 504:
      return 'The server is down or shutting down. Check its log, and the proxy.';
    default:
      return PROXY;
  }
}

/** @returns `undefined` for text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
