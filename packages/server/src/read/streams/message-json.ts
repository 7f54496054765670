import {
  type CursorMessage,
  encodeEvent,
  type EventId,
  type StreamMessage,
  type WorkflowEvent,
  type WorkflowId,
} from '@runtape/events';
import { TextWriter } from './chunk-writer.ts';

type Message = StreamMessage | CursorMessage;

/**
 * Messages of workflows as JSON, told apart by their workflow. Each event is written down once for
 * all its readers.
 */
export class MessageJson {
  readonly #shape: (workflowId: WorkflowId, id: EventId, message: object) => object;
  readonly #written = new WeakMap<object, { readonly text: string; readonly of: string }>();

  /** @param shape how a message and where it belongs are put together. */
  constructor(shape: (workflowId: WorkflowId, id: EventId, message: object) => object) {
    this.#shape = shape;
  }

  of(workflowId: WorkflowId, id: EventId, message: Message): string {
    const { shared, kind } = identityOf(message);
    // Whether two entries ever share an event is up to the log.
    const of = `${kind} ${workflowId} ${id}`;
    const known = this.#written.get(shared);
    if (known?.of === of) return known.text;
    const wire = isEvent(message) ? encodeEvent(message) : message;
    const text = JSON.stringify(this.#shape(workflowId, id, wire));
    this.#written.set(shared, { text, of });
    return text;
  }
}

/**
 * What readers of the same message have in common: the event, or of a snapshot that each was made
 * for, the snapshot.
 */
function identityOf(message: Message): { readonly shared: object; readonly kind: string } {
  switch (message.type) {
    case 'reset':
      return { shared: message.data.snapshot, kind: message.data.reason };
    case 'workflow:state':
      return { shared: message.data.snapshot, kind: message.type };
    default:
      return { shared: message, kind: '' };
  }
}

/**
 * What a message's `event:` says: JSON has no raw line breaks, but the type of an event we do not
 * know might.
 */
export function typeOf(message: Message): string {
  const { type } = isEvent(message) ? encodeEvent(message) : message;
  return type.replaceAll(/[\r\n]/g, ' ');
}

function isEvent(message: Message): message is WorkflowEvent {
  return message.type !== 'reset' && message.type !== 'workflow:state' && message.type !== 'cursor';
}

/** What the streams of one API share, so that each event is written down once for all of them. */
export interface MessageWriters {
  /** Of `POST /api/events`. */
  readonly shared: MessageJson;
  /** The same as whole frames. */
  readonly sharedWriter: TextWriter;
  /** Of threads. */
  readonly members: MessageJson;
  /** What the frames of one message of a thread have in common, over plain HTTP. */
  readonly membersWriter: TextWriter;
}

export function makeMessageWriters(): MessageWriters {
  const shared = new MessageJson((workflowId, id, message) => ({ workflowId, id, message }));
  const members = new MessageJson((workflowId, id, message) => ({ workflowId, id, ...message }));
  return {
    shared,
    sharedWriter: new TextWriter(
      (id, message, { workflowId }) =>
        `event: message\ndata: ${shared.of(workflowId, id, message)}\n\n`,
    ),
    members,
    membersWriter: new TextWriter((id, message, { workflowId }) =>
      members.of(workflowId, id, message),
    ),
  };
}
