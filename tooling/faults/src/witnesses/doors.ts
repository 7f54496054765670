import { type JsonValue, jsonSchema } from '@runtape/event-log';
import { fieldOf } from '../check/stretch-of.ts';
import type { Frame, SittingEnd, Surface } from '../records.ts';
import type { SseMessage } from './sse-parser.ts';

type Heard = { readonly kind: 'frame'; readonly frame: Frame } | SittingEnd | null;

/** One of the ways to ask a server for a workflow's events, without our client. */
export interface Door {
  readonly surface: Surface;
  readonly pathOf: (workflowId: string, after: string | null) => string;
  readonly headersOf: (after: string | null) => Readonly<Record<string, string>>;
  /** `null` for what says nothing of the workflow. */
  readonly hear: (message: SseMessage) => Heard;
}

/** `GET /api/workflows/:id/events`, resumed as an EventSource does. */
export const plainDoor: Door = {
  surface: 'plain',
  pathOf: (workflowId) => `/api/workflows/${workflowId}/events`,
  headersOf: lastEventId,
  hear: ({ event, data, id }) => {
    const value = parse(data);
    if (fieldOf(value, 'id') !== id || fieldOf(value, 'type') !== event) {
      return { kind: 'frame', frame: { id: '', message: value } };
    }
    return { kind: 'frame', frame: { id, message: without(value, 'id') } };
  },
};

/** `onWorkflowEvents` as tRPC's own client asks for it; the cursor goes into the input, as at its first connection. */
export const trpcDoor: Door = {
  surface: 'trpc',
  pathOf: (workflowId, after) => {
    const input = { json: after === null ? { workflowId } : { workflowId, lastEventId: after } };
    return `/trpc/onWorkflowEvents?input=${encodeURIComponent(JSON.stringify(input))}`;
  },
  headersOf: () => ({}),
  hear: hearTrpc,
};

/** The same, resumed as an EventSource does: the first URL again, and a header. */
export const trpcHeaderDoor: Door = {
  ...trpcDoor,
  pathOf: (workflowId) => trpcDoor.pathOf(workflowId, null),
  headersOf: lastEventId,
};

function hearTrpc({ event, data, id }: SseMessage): Heard {
  switch (event) {
    case 'message':
      return { kind: 'frame', frame: { id, message: fieldOf(parse(data), 'json') } };
    case 'return':
      return { kind: 'finished' };
    case 'serialized-error': {
      const status = fieldOf(fieldOf(fieldOf(parse(data), 'json'), 'data'), 'httpStatus');
      const isPassing = typeof status !== 'number' || status >= 500;
      return { kind: isPassing ? 'broken' : 'refused', reason: data.slice(0, 300) };
    }
    default:
      return null;
  }
}

function lastEventId(after: string | null): Readonly<Record<string, string>> {
  return after === null ? {} : { 'last-event-id': after };
}

/** What cannot be read is kept as text, and is then found to differ from the log. */
function parse(data: string): JsonValue {
  try {
    return jsonSchema.parse(JSON.parse(data));
  } catch {
    return data;
  }
}

function without(value: JsonValue, key: string): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}
