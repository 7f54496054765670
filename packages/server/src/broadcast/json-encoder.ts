import {
  type CursorMessage,
  type EventId,
  type StreamMessage,
  type WorkflowId,
} from '@runtape/events';
import { SseEncoder } from './sse-encoder.ts';

type Message = StreamMessage | CursorMessage;

/**
 * Encodes the messages of workflows as JSON together with their workflow. Each event is encoded
 * once for all its readers.
 */
export class JsonEncoder {
  readonly #shape: (workflowId: WorkflowId, id: EventId, message: object) => object;
  readonly #encoded = new WeakMap<object, { readonly text: string; readonly of: string }>();

  /** @param shape combines a message with its workflow and event id. */
  constructor(shape: (workflowId: WorkflowId, id: EventId, message: object) => object) {
    this.#shape = shape;
  }

  of(workflowId: WorkflowId, id: EventId, message: Message): string {
    const { shared, kind } = identityOf(message);
    // The log may let several entries share one event object.
    const of = `${kind} ${workflowId} ${id}`;
    const known = this.#encoded.get(shared);
    if (known?.of === of) return known.text;
    const text = JSON.stringify(this.#shape(workflowId, id, message));
    this.#encoded.set(shared, { text, of });
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
export interface MessageEncoders {
  /** Messages of `POST /api/events` as JSON. */
  readonly multiplexedJson: JsonEncoder;
  /** The same messages as whole frames. */
  readonly multiplexedEncoder: SseEncoder;
  /** Messages of threads as JSON. */
  readonly threadJson: JsonEncoder;
  /** The shared part of the frames of a thread's message, over plain HTTP. */
  readonly threadEncoder: SseEncoder;
}

export function makeMessageEncoders(): MessageEncoders {
  const multiplexedJson = new JsonEncoder((workflowId, id, message) => ({
    workflowId,
    id,
    message,
  }));
  const threadJson = new JsonEncoder((workflowId, id, message) => ({ workflowId, id, ...message }));
  return {
    multiplexedJson,
    multiplexedEncoder: new SseEncoder(
      (id, message, { workflowId }) =>
        `event: message\ndata: ${multiplexedJson.of(workflowId, id, message)}\n\n`,
    ),
    threadJson,
    threadEncoder: new SseEncoder((id, message, { workflowId }) =>
      threadJson.of(workflowId, id, message),
    ),
  };
}
