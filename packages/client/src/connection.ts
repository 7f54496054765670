import type { EventId, Replay } from '@runtape/events';
import { connectionLost, RuntapeClientError, unreachable } from './errors.ts';
import type { TrpcClient } from './trpc-client.ts';

/** What a connection brings, and then how it ended; the end comes again when asked again. */
export type Arrival =
  | { readonly kind: 'message'; readonly id: string; readonly data: unknown }
  | ConnectionEnd;

export type ConnectionEnd =
  /** The server has nothing more: the workflow has ended. */
  | { readonly kind: 'returned' }
  /** More arrived than was taken: connect again after the last one. */
  | { readonly kind: 'full' }
  | { readonly kind: 'failed'; readonly error: RuntapeClientError }
  | { readonly kind: 'closed' };

export interface ConnectionOptions {
  readonly trpc: TrpcClient;
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** How many arrivals may wait to be taken. A reader that falls further behind costs a new connection, not memory. */
  readonly capacity: number;
  /** How long to wait for the server's first word, in ms. */
  readonly connectTimeoutMs: number;
  readonly onLive: () => void;
}

/** One subscription, from connecting to its first failure: it never reconnects by itself. */
export class Connection {
  readonly #waiting: Arrival[] = [];
  readonly #capacity: number;
  readonly #unsubscribe: () => void;
  #end: ConnectionEnd | null = null;
  #wasLive = false;
  #wake: (() => void) | null = null;
  /** An EventSource waits without end for a server that takes the connection and then says nothing. */
  readonly #connecting: ReturnType<typeof setTimeout>;

  constructor(options: ConnectionOptions) {
    const { trpc, workflowId, after, replay, capacity, connectTimeoutMs, onLive } = options;
    this.#capacity = capacity;
    this.#connecting = setTimeout(() => this.#fail(unreachable(null)), connectTimeoutMs);
    const subscription = trpc.onWorkflowEvents.subscribe(
      { workflowId, lastEventId: after, replay },
      {
        onStarted: () => {
          this.#wasLive = true;
          clearTimeout(this.#connecting);
          onLive();
        },
        onData: (value: unknown) => this.#arrive(toMessage(value)),
        onStopped: () => this.#finish({ kind: 'returned' }),
        onError: (error) => this.#fail(error),
        // tRPC would reconnect by itself, without backoff and without end. Here the first loss is the end.
        onConnectionStateChange: ({ error }) => {
          if (error !== null) this.#fail(error);
        },
      },
    );
    this.#unsubscribe = () => subscription.unsubscribe();
  }

  /** The next arrival, once there is one. */
  async next(): Promise<Arrival> {
    for (;;) {
      const arrival = this.#waiting.shift() ?? this.#end;
      if (arrival !== null) return arrival;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  /** Ends the connection and forgets what was not taken. */
  close(): void {
    this.#waiting.length = 0;
    this.#finish({ kind: 'closed' });
  }

  #arrive(arrival: Arrival): void {
    if (this.#end !== null) return;
    this.#waiting.push(arrival);
    if (this.#waiting.length >= this.#capacity) this.#finish({ kind: 'full' });
    this.#wake?.();
  }

  #fail(thrown: unknown): void {
    this.#finish({ kind: 'failed', error: toConnectionError(thrown, this.#wasLive) });
  }

  #finish(end: ConnectionEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    clearTimeout(this.#connecting);
    this.#unsubscribe();
    this.#wake?.();
  }
}

/** tRPC hands over what came without an id as it is. */
function toMessage(value: unknown): Arrival {
  const isTracked = typeof value === 'object' && value !== null && 'id' in value && 'data' in value;
  return isTracked && typeof value.id === 'string'
    ? { kind: 'message', id: value.id, data: value.data }
    : { kind: 'message', id: '', data: value };
}

/** An EventSource does not tell why it failed; whether it had been connected says enough. */
function toConnectionError(thrown: unknown, wasLive: boolean): RuntapeClientError {
  const error = RuntapeClientError.from(thrown);
  if (error.code !== 'not_understood') return error;
  return wasLive ? connectionLost(thrown) : unreachable(thrown);
}
