import {
  type CursorMessage,
  encodeEvent,
  type EventId,
  type StreamMessage,
  type WorkflowEvent,
  type WorkflowId,
} from '@runtape/events';

type Message = StreamMessage | CursorMessage;

/** Messages of workflows as JSON, told apart by their workflow. Each event is written down once for all its readers. */
export class MessageJson {
  readonly #shape: (workflowId: WorkflowId, id: EventId, message: object) => object;
  readonly #written = new WeakMap<Message, string>();

  /** @param shape how a message and where it belongs are put together. */
  constructor(shape: (workflowId: WorkflowId, id: EventId, message: object) => object) {
    this.#shape = shape;
  }

  of(workflowId: WorkflowId, id: EventId, message: Message): string {
    const known = this.#written.get(message);
    if (known !== undefined) return known;
    const wire = isEvent(message) ? encodeEvent(message) : message;
    const written = JSON.stringify(this.#shape(workflowId, id, wire));
    this.#written.set(message, written);
    return written;
  }
}

/** What a message's `event:` says: JSON has no raw line breaks, but the type of an event we do not know might. */
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
  /** Of threads. */
  readonly members: MessageJson;
}

export function makeMessageWriters(): MessageWriters {
  return {
    shared: new MessageJson((workflowId, id, message) => ({ workflowId, id, message })),
    members: new MessageJson((workflowId, id, message) => ({ workflowId, id, ...message })),
  };
}
