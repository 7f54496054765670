import { type JsonValue, jsonSchema } from '@runtape/event-log';
import { STATE_PARTS } from '../check/check-sitting.ts';
import { fieldOf } from '../check/stretch-of.ts';
import type { Frame, SittingEnd, Surface } from '../records.ts';
import type { SseMessage } from './sse-parser.ts';

/** Codes of refusals after which one comes back. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'draining', 'internal']);

type Heard = { readonly kind: 'frame'; readonly frame: Frame } | SittingEnd | null;

interface DoorRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes it a POST. */
  readonly body?: string;
}

/** One of the ways to ask a server for a workflow's events, without our client. */
export interface Door {
  readonly surface: Surface;
  /** Asks for the past as one `workflow:state`. */
  readonly wantsState?: boolean;
  readonly requestOf: (workflowId: string, after: string | null) => DoorRequest;
  /** `null` for what says nothing of the workflow. */
  readonly hear: (message: SseMessage) => Heard;
}

/** `GET /api/workflows/:id/events`, resumed as an EventSource does. */
export const plainDoor: Door = {
  surface: 'plain',
  requestOf: (workflowId, after) => ({
    path: `/api/workflows/${workflowId}/events`,
    headers: lastEventId(after),
  }),
  hear: ({ event, data, id }) => {
    const value = parse(data);
    if (fieldOf(value, 'id') !== id || fieldOf(value, 'type') !== event) {
      return { kind: 'frame', frame: { id: '', message: value } };
    }
    return { kind: 'frame', frame: { id, message: without(value, 'id') } };
  },
};

/** The same for who does not want to see the past go by. */
export const plainSnapshotDoor: Door = {
  ...plainDoor,
  wantsState: true,
  requestOf: (workflowId, after) => ({
    path: `/api/workflows/${workflowId}/events?replay=snapshot`,
    headers: lastEventId(after),
  }),
  hear: (message) => {
    if (!STATE_PARTS.has(message.event)) return plainDoor.hear(message);
    const value = parse(message.data);
    // They stand in front of the state, and have its id only inside.
    return { kind: 'frame', frame: { id: message.id, message: without(value, 'id') } };
  },
};

/** `POST /api/events`, with one workflow. */
export const sharedDoor: Door = {
  surface: 'shared',
  requestOf: (workflowId, after) => ({
    path: '/api/events',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ workflowId, after }] }),
  }),
  hear: ({ event, data }) => {
    const value = parse(data);
    switch (event) {
      case 'message': {
        const id = fieldOf(value, 'id');
        const message = fieldOf(value, 'message');
        return { kind: 'frame', frame: { id: typeof id === 'string' ? id : '', message } };
      }
      case 'ended':
        return { kind: 'finished' };
      case 'refused': {
        const code = fieldOf(fieldOf(value, 'error'), 'code');
        const isPassing = typeof code === 'string' && PASSING.has(code);
        return { kind: isPassing ? 'broken' : 'refused', reason: data.slice(0, 300) };
      }
      default:
        return null;
    }
  },
};

/** `onWorkflowEvents` as tRPC's own client asks for it; the cursor goes into the input, as at its first connection. */
export const trpcDoor: Door = {
  surface: 'trpc',
  requestOf: (workflowId, after) => {
    const input = { json: after === null ? { workflowId } : { workflowId, lastEventId: after } };
    return { path: `/trpc/onWorkflowEvents?input=${encodeURIComponent(JSON.stringify(input))}` };
  },
  hear: hearTrpc,
};

/** The same, resumed as an EventSource does: the first URL again, and a header. */
export const trpcHeaderDoor: Door = {
  ...trpcDoor,
  requestOf: (workflowId, after) => ({
    ...trpcDoor.requestOf(workflowId, null),
    headers: lastEventId(after),
  }),
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
