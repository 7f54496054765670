import { EventSource as EventSourcePackage } from 'eventsource';
import { parse } from 'superjson';

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
 */
export function defaultEventSource(): EventSourceClass {
  return globalThis.EventSource ?? EventSourcePackage;
}

/** This is not a valid event, so the client reports and skips it in its place in the order. */
const UNREADABLE = JSON.stringify({ json: null });

/**
 * Returns an EventSource class that replaces data which superjson cannot parse: tRPC would end the
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
    parse(text);
    return true;
  } catch {
    return false;
  }
}
