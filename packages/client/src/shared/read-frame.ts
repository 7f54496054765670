import { z } from 'zod';
import type { SseFrame } from './sse-frames.ts';

const messageSchema = z.object({ workflowId: z.string(), id: z.string(), message: z.unknown() });
const itemSchema = z.looseObject({ subscription: z.string(), cursor: z.string() });
const endedSchema = z.object({ workflowId: z.string() });
const refusedSchema = z.object({ workflowId: z.string(), error: z.unknown() });
const refusedThreadSchema = z.object({
  subscription: z.string(),
  /** It is only one of the thread's workflows. */
  workflowId: z.string().optional(),
  error: z.unknown(),
});

/** What a frame of the shared stream says. */
export type Said =
  | ({ readonly kind: 'message' } & z.infer<typeof messageSchema>)
  /** Of a thread; for who knows threads to read. */
  | {
      readonly kind: 'item';
      readonly subscription: string;
      /** After which the thread goes on; empty when it says nothing of that. */
      readonly cursor: string;
      readonly item: unknown;
    }
  | ({ readonly kind: 'ended' } & z.infer<typeof endedSchema>)
  | ({ readonly kind: 'refused' } & z.infer<typeof refusedSchema>)
  | { readonly kind: 'refused thread'; readonly subscription: string; readonly error: unknown }
  | { readonly kind: 'malformed'; readonly body: unknown };

/**
 * Reads a frame.
 * @returns what it says, or `null` for a kind that a newer server may have and we need not know.
 */
export function readFrame({ event, data }: SseFrame): Said | null {
  const body = readJson(data);
  switch (event) {
    case 'message':
      return itemOf(body) ?? said(event, messageSchema.safeParse(body), body);
    case 'ended':
      return said(event, endedSchema.safeParse(body), body);
    case 'refused':
      return threadRefusalOf(body) ?? said(event, refusedSchema.safeParse(body), body);
    default:
      return null;
  }
}

function itemOf(body: unknown): Said | null {
  const { data } = itemSchema.safeParse(body);
  if (data === undefined) return null;
  const { subscription, cursor, ...item } = data;
  return { kind: 'item', subscription, cursor, item };
}

function threadRefusalOf(body: unknown): Said | null {
  const { data } = refusedThreadSchema.safeParse(body);
  if (data === undefined) return null;
  const { subscription, workflowId, error } = data;
  return workflowId === undefined
    ? { kind: 'refused thread', subscription, error }
    : { kind: 'item', subscription, cursor: '', item: { workflowId, error } };
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
