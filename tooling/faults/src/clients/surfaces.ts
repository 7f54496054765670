import { type JsonValue, jsonSchema } from '@runtape/event-log';
import { STATE_PARTS } from '../check/check-session.ts';
import { fieldOf } from '../check/match-merged.ts';
import type { Frame, SessionEnd, SurfaceName } from '../records.ts';
import type { SseMessage } from './sse-parser.ts';

/** Codes of errors after which a client reconnects. */
const TEMPORARY: ReadonlySet<string> = new Set(['unavailable', 'draining', 'internal']);

type Received = { readonly kind: 'frame'; readonly frame: Frame } | SessionEnd | null;

interface SurfaceRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sends a POST request with this body. */
  readonly body?: string;
}

/** An interface of the server for a workflow's events, used without our client. */
export interface Surface {
  readonly name: SurfaceName;
  /** Requests the history as one `workflow:state`. */
  readonly wantsState?: boolean;
  readonly requestOf: (workflowId: string, after: string | null) => SurfaceRequest;
  /** `null` for a message that is not about the workflow. */
  readonly receive: (message: SseMessage) => Received;
}

/** `GET /api/workflows/:id/events`, resumed as an EventSource does. */
export const plainSurface: Surface = {
  name: 'plain',
  requestOf: (workflowId, after) => ({
    path: `/api/workflows/${workflowId}/events`,
    headers: lastEventId(after),
  }),
  receive: ({ event, data, id }) => {
    const value = parse(data);
    if (fieldOf(value, 'id') !== id || fieldOf(value, 'type') !== event) {
      return { kind: 'frame', frame: { id: '', message: value } };
    }
    return { kind: 'frame', frame: { id, message: without(value, 'id') } };
  },
};

/** The same, with a snapshot instead of the history. */
export const plainSnapshotSurface: Surface = {
  ...plainSurface,
  wantsState: true,
  requestOf: (workflowId, after) => ({
    path: `/api/workflows/${workflowId}/events?replay=snapshot`,
    headers: lastEventId(after),
  }),
  receive: (message) => {
    if (!STATE_PARTS.has(message.event)) return plainSurface.receive(message);
    const value = parse(message.data);
    // These messages precede the state, and contain its id only in their data.
    return { kind: 'frame', frame: { id: message.id, message: without(value, 'id') } };
  },
};

/** `POST /api/events`, with one workflow. */
export const sharedSurface: Surface = {
  name: 'shared',
  requestOf: (workflowId, after) => ({
    path: '/api/events',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ streams: [{ workflowId, after }] }),
  }),
  receive: ({ event, data }) => {
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
        const isTemporary = typeof code === 'string' && TEMPORARY.has(code);
        return { kind: isTemporary ? 'broken' : 'refused', reason: data.slice(0, 300) };
      }
      default:
        return null;
    }
  },
};

/** `onWorkflowEvents` as tRPC's own client requests it first; the cursor is part of the input. */
export const trpcSurface: Surface = {
  name: 'trpc',
  requestOf: (workflowId, after) => {
    const input = { json: after === null ? { workflowId } : { workflowId, lastEventId: after } };
    return { path: `/trpc/onWorkflowEvents?input=${encodeURIComponent(JSON.stringify(input))}` };
  },
  receive: receiveTrpc,
};

/** The same, resumed like an EventSource: the first URL again, plus a header. */
export const trpcHeaderSurface: Surface = {
  ...trpcSurface,
  requestOf: (workflowId, after) => ({
    ...trpcSurface.requestOf(workflowId, null),
    headers: lastEventId(after),
  }),
};

function receiveTrpc({ event, data, id }: SseMessage): Received {
  switch (event) {
    case 'message':
      return { kind: 'frame', frame: { id, message: fieldOf(parse(data), 'json') } };
    case 'return':
      return { kind: 'finished' };
    case 'serialized-error': {
      const status = fieldOf(fieldOf(fieldOf(parse(data), 'json'), 'data'), 'httpStatus');
      const isTemporary = typeof status !== 'number' || status >= 500;
      return { kind: isTemporary ? 'broken' : 'refused', reason: data.slice(0, 300) };
    }
    default:
      return null;
  }
}

function lastEventId(after: string | null): Readonly<Record<string, string>> {
  return after === null ? {} : { 'last-event-id': after };
}

/** Text that is not JSON is kept as it is, and then differs from the log. */
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
