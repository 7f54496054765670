import { z } from 'zod';
import type { SseFrame } from './sse-frames.ts';

const messageSchema = z.object({ workflowId: z.string(), id: z.string(), message: z.unknown() });
const endedSchema = z.object({ workflowId: z.string() });
const refusedSchema = z.object({ workflowId: z.string(), error: z.unknown() });

/** What a frame of the shared stream says. */
export type Said =
  | ({ readonly kind: 'message' } & z.infer<typeof messageSchema>)
  | ({ readonly kind: 'ended' } & z.infer<typeof endedSchema>)
  | ({ readonly kind: 'refused' } & z.infer<typeof refusedSchema>)
  | { readonly kind: 'malformed'; readonly body: unknown };

/**
 * Reads a frame.
 * @returns what it says, or `null` for a kind that a newer server may have and we need not know.
 */
export function readFrame({ event, data }: SseFrame): Said | null {
  const body = readJson(data);
  switch (event) {
    case 'message':
      return said(event, messageSchema.safeParse(body), body);
    case 'ended':
      return said(event, endedSchema.safeParse(body), body);
    case 'refused':
      return said(event, refusedSchema.safeParse(body), body);
    default:
      return null;
  }
}

function said<Kind extends string, Data extends object>(
  kind: Kind,
  parsed: z.ZodSafeParseResult<Data>,
  body: unknown,
) {
  return parsed.success ? { kind, ...parsed.data } : ({ kind: 'malformed', body } as const);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
