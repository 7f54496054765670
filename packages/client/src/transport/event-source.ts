import { EventSource as EventSourcePackage } from 'eventsource';
import { parse } from 'superjson';

/** The part of an EventSource that is used. */
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
  /** Only the `eventsource` package knows it. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The browser's own EventSource, or any that is made like it. */
export type EventSourceClass = new (url: string, options?: EventSourceOptions) => EventSourceLike;

/**
 * The EventSource of the runtime; where there is none, as in Node, the one of the `eventsource`
 * package.
 */
export function defaultEventSource(): EventSourceClass {
  return globalThis.EventSource ?? EventSourcePackage;
}

/** Not an event, so that it is reported and skipped in its place in the order. */
const UNREADABLE = JSON.stringify({ json: null });

/**
 * An EventSource that replaces data which superjson cannot read: tRPC ends the whole stream for one
 * broken message, and the next stream would get it again.
 */
export function readable(Base: EventSourceClass): EventSourceClass {
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
