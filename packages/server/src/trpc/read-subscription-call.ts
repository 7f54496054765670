import type { z } from 'zod';
import { jsonTransformer } from './json-transformer.ts';

/** One subscription that a client requests over HTTP. */
export interface SubscriptionCall {
  /** The name of the procedure. */
  readonly path: string;
  /**
   * Not validated. Includes the id of the last event, which a reconnecting client sends separately.
   */
  readonly input: unknown;
}

/**
 * Reads the call of a subscription, as tRPC does.
 * @returns `null` for any other request, such as a batch; tRPC itself serves or refuses it
 */
export function readSubscriptionCall(request: Request): SubscriptionCall | null {
  const { headers, method } = request;
  const { pathname, searchParams } = new URL(request.url);
  const [, path] = /^\/trpc\/(\w+)$/.exec(pathname) ?? [];
  const isPlain = method === 'GET' && !headers.has('content-type') && !headers.has('trpc-accept');
  if (path === undefined || !isPlain) return null;
  if (headers.get('accept')?.includes('application/jsonl') === true) return null;
  if (searchParams.has('batch') || searchParams.has('connectionParams')) return null;
  const text = searchParams.get('input');
  let input: unknown;
  try {
    input = text ? jsonTransformer.input.deserialize(JSON.parse(text)) : undefined;
  } catch {
    return null;
  }
  return { path, input: withLastEventId(input, lastEventIdOf(headers, searchParams)) };
}

/** An EventSource reconnects with its first URL; its header has the newer id. */
function lastEventIdOf(headers: Headers, search: URLSearchParams): string | null {
  return headers.get('last-event-id') ?? search.get('lastEventId') ?? search.get('Last-Event-Id');
}

function withLastEventId(input: unknown, lastEventId: string | null): unknown {
  if (!lastEventId) return input;
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    return { ...input, lastEventId };
  }
  return input ?? { lastEventId };
}

/** @returns `null` if the input is invalid; tRPC then reports why */
export function parsedInput<Schema extends z.ZodType>(
  schema: Schema,
  { input }: SubscriptionCall,
): z.output<Schema> | null {
  const parsed = schema.safeParse(input);
  return parsed.success ? parsed.data : null;
}
