import {
  decodeStoredEvent,
  encodeStoredEvent,
  type EventOf,
  type WorkflowEvent,
} from '@runtape/events';

/** An event that is appended, as of the moment when it was asked for. None of its objects belong to the writer, who may change them. */
export interface EncodedEvent {
  /** As the log stores it. */
  readonly text: string;
  /** What `text` says, when that is a token: segments merge these without reading the text again. */
  readonly token: EventOf<'token'> | null;
}

/** Encodes an event for the log. */
export function encodeForLog(event: WorkflowEvent): EncodedEvent {
  const text = encodeStoredEvent(event);
  return { text, token: event.type === 'token' ? copyToken(event, text) : null };
}

/** Copying is much cheaper than decoding, but only of a token whose values are all plain. */
function copyToken(event: EventOf<'token'>, text: string): EventOf<'token'> | null {
  const { type, timestamp, data, metadata } = event;
  if (data.metadata === undefined && metadata?.spent === undefined) {
    const copy = { type, data: { ...data }, timestamp };
    return metadata === undefined ? copy : { ...copy, metadata: { ...metadata } };
  }
  const decoded = decodeStoredEvent(text);
  return decoded.type === 'token' ? decoded : null;
}
