import {
  type CursorMessage,
  type EventId,
  type StreamMessage,
  type WorkflowId,
} from '@runtape/events';
import { TextWriter } from './sse-encoder.ts';

type Message = StreamMessage | CursorMessage;

/**
 * Encodes the messages of workflows as JSON together with their workflow. Each event is encoded
 * once for all its readers.
 */
export class MessageJson {
  readonly #shape: (workflowId: WorkflowId, id: EventId, message: object) => object;
  readonly #written = new WeakMap<object, { readonly text: string; readonly of: string }>();

  /** @param shape combines a message with its workflow and event id. */
  constructor(shape: (workflowId: WorkflowId, id: EventId, message: object) => object) {
    this.#shape = shape;
  }

  of(workflowId: WorkflowId, id: EventId, message: Message): string {
    const { shared, kind } = identityOf(message);
    // The log may let several entries share one event object.
    const of = `${kind} ${workflowId} ${id}`;
    const known = this.#written.get(shared);
    if (known?.of === of) return known.text;
    const text = JSON.stringify(this.#shape(workflowId, id, message));
    this.#written.set(shared, { text, of });
    return text;
  }
}

/**
 * Returns what readers of the same message share: the event, or the snapshot inside a message that
 * was made for one reader.
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
 * Returns the `event:` field of a message. A type that is not built in may contain line breaks,
 * which would break the frame.
 */
export function typeOf({ type }: Message): string {
  return type.replaceAll(/[\r\n]/g, ' ');
}

/** The encoders that the streams of one API share, so that each event is encoded only once. */
export interface MessageWriters {
  /** Messages of `POST /api/events` as JSON. */
  readonly shared: MessageJson;
  /** The same messages as whole frames. */
  readonly sharedWriter: TextWriter;
  /** Messages of threads as JSON. */
  readonly members: MessageJson;
  /** The shared part of the frames of a thread's message, over plain HTTP. */
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
