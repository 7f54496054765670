import { type Decoded, matchShape, type Shape } from '@runtape/events';
import type { SseFrame } from './read-sse-stream.ts';

const message = { object: { workflowId: 'string', id: 'string', message: 'unknown' } } as const;
const threadMessage = {
  object: {
    subscription: 'string',
    cursor: 'string',
    workflowId: 'unknown',
    id: 'unknown',
    message: 'unknown',
    error: 'unknown',
  },
} as const;
const ended = { object: { workflowId: 'string' } } as const;
const refused = { object: { workflowId: 'string', error: 'unknown' } } as const;
const refusedThread = {
  object: {
    subscription: 'string',
    /** Present if only one of the thread's workflows is refused. */
    workflowId: { optional: 'string' },
    error: 'unknown',
  },
} as const;

/** The content of a frame of the shared stream. */
export type FrameContent =
  | ({ readonly kind: 'message' } & Decoded<typeof message>)
  /** A message of a thread; `ThreadGuard` parses `item`. */
  | {
      readonly kind: 'thread_message';
      readonly subscription: string;
      /** The position after this message; empty if the cursor does not move. */
      readonly cursor: string;
      readonly item: unknown;
    }
  | ({ readonly kind: 'ended' } & Decoded<typeof ended>)
  | ({ readonly kind: 'refused' } & Decoded<typeof refused>)
  | { readonly kind: 'thread_refused'; readonly subscription: string; readonly error: unknown }
  | { readonly kind: 'malformed'; readonly body: unknown };

/** @returns `null` for a kind of frame that only a newer server sends. */
export function readFrame({ event, data }: SseFrame): FrameContent | null {
  const body = parseJson(data);
  switch (event) {
    case 'message':
      return threadMessageIn(body) ?? contentOf(event, message, body);
    case 'ended':
      return contentOf(event, ended, body);
    case 'refused':
      return threadRefusalIn(body) ?? contentOf(event, refused, body);
    default:
      return null;
  }
}

function threadMessageIn(body: unknown): FrameContent | null {
  const found = hasSubscription(body) ? matchShape(threadMessage, body) : null;
  if (found === null) return null;
  const { subscription, cursor, ...item } = found;
  return { kind: 'thread_message', subscription, cursor, item };
}

function threadRefusalIn(body: unknown): FrameContent | null {
  const found = hasSubscription(body) ? matchShape(refusedThread, body) : null;
  if (found === null) return null;
  const { subscription, workflowId, error } = found;
  return workflowId === undefined
    ? { kind: 'thread_refused', subscription, error }
    : { kind: 'thread_message', subscription, cursor: '', item: { workflowId, error } };
}

function hasSubscription(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'subscription' in body;
}

function contentOf<Kind extends string, const Of extends Shape>(
  kind: Kind,
  shape: Of,
  body: unknown,
) {
  const content = matchShape(shape, body);
  return content === null ? ({ kind: 'malformed', body } as const) : { kind, ...content };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
