import { z } from 'zod';
import type { SseFrame } from './read-sse-stream.ts';

const messageSchema = z.object({ workflowId: z.string(), id: z.string(), message: z.unknown() });
const itemSchema = z.looseObject({ subscription: z.string(), cursor: z.string() });
const endedSchema = z.object({ workflowId: z.string() });
const refusedSchema = z.object({ workflowId: z.string(), error: z.unknown() });
const refusedThreadSchema = z.object({
  subscription: z.string(),
  /** Present if only one of the thread's workflows is refused. */
  workflowId: z.string().optional(),
  error: z.unknown(),
});

/** The content of a frame of the shared stream. */
export type FrameContent =
  | ({ readonly kind: 'message' } & z.infer<typeof messageSchema>)
  /** A message of a thread; `ThreadGuard` parses `item`. */
  | {
      readonly kind: 'thread_message';
      readonly subscription: string;
      /** The position after this message; empty if the cursor does not move. */
      readonly cursor: string;
      readonly item: unknown;
    }
  | ({ readonly kind: 'ended' } & z.infer<typeof endedSchema>)
  | ({ readonly kind: 'refused' } & z.infer<typeof refusedSchema>)
  | { readonly kind: 'thread_refused'; readonly subscription: string; readonly error: unknown }
  | { readonly kind: 'malformed'; readonly body: unknown };

/** @returns `null` for a kind of frame that only a newer server sends. */
export function readFrame({ event, data }: SseFrame): FrameContent | null {
  const body = parseJson(data);
  switch (event) {
    case 'message':
      return threadMessageIn(body) ?? contentOf(event, messageSchema.safeParse(body), body);
    case 'ended':
      return contentOf(event, endedSchema.safeParse(body), body);
    case 'refused':
      return threadRefusalIn(body) ?? contentOf(event, refusedSchema.safeParse(body), body);
    default:
      return null;
  }
}

function threadMessageIn(body: unknown): FrameContent | null {
  const { data } = itemSchema.safeParse(body);
  if (data === undefined) return null;
  const { subscription, cursor, ...item } = data;
  return { kind: 'thread_message', subscription, cursor, item };
}

function threadRefusalIn(body: unknown): FrameContent | null {
  const { data } = refusedThreadSchema.safeParse(body);
  if (data === undefined) return null;
  const { subscription, workflowId, error } = data;
  return workflowId === undefined
    ? { kind: 'thread_refused', subscription, error }
    : { kind: 'thread_message', subscription, cursor: '', item: { workflowId, error } };
}

function contentOf<Kind extends string, Data extends object>(
  kind: Kind,
  parsed: z.ZodSafeParseResult<Data>,
  body: unknown,
) {
  return parsed.success ? { kind, ...parsed.data } : ({ kind: 'malformed', body } as const);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
