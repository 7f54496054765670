import { fallback } from '#event-source';
import { deserialize } from './wire-format.ts';

/** The members of an EventSource that the client uses. */
export interface EventSourceLike {
  readonly CLOSED: number;
  readonly CONNECTING: number;
  readonly OPEN: number;
  readonly readyState: number;
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
}

export interface EventSourceOptions {
  readonly withCredentials?: boolean;
  /** Supported only by the `eventsource` package. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The browser's EventSource class, or a compatible one. */
export type EventSourceClass = new (url: string, options?: EventSourceOptions) => EventSourceLike;

/**
 * Returns the EventSource class of the runtime, or that of the `eventsource` package where there is
 * none, as in Node.
 * @throws TypeError when there is neither, as in a runtime that only looks like a browser.
 */
export function defaultEventSource(): EventSourceClass {
  const found = globalThis.EventSource ?? fallback;
  if (found !== undefined) return found;
  throw new TypeError(
    'There is no EventSource here. Pass one to createRuntapeClient, such as that of the package "eventsource": { EventSource }.',
  );
}

/** This is not a valid event, so the client reports and skips it in its place in the order. */
const UNREADABLE = JSON.stringify({ json: null });

/**
 * Returns an EventSource class that replaces data which tRPC cannot parse: it would end the
 * whole stream because of one broken message, and the next stream would receive it again.
 */
export function skipUnreadable(Base: EventSourceClass): EventSourceClass {
  return class extends Base {
    override addEventListener(type: string, listener: (event: Event) => void): void {
      super.addEventListener(
        type,
        type === 'message' ? (event) => listener(repair(event)) : listener,
      );
    }
  };
}

function repair(event: Event): Event {
  if (!(event instanceof MessageEvent) || isReadable(String(event.data))) return event;
  return new MessageEvent('message', { data: UNREADABLE, lastEventId: event.lastEventId });
}

function isReadable(text: string): boolean {
  try {
    deserialize(JSON.parse(text));
    return true;
  } catch {
    return false;
  }
}
