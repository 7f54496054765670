import type { EventId } from '@runtape/events';
import { Signal } from '@runtape/async';
import type { WorkflowPosition } from '@runtape/client/internals';
import { SendWindow } from './send-window.ts';
import type { Listener } from './subscription.ts';

/** Message types that are sent regardless of the requested types. */
const UNFILTERED: ReadonlySet<string> = new Set([
  'reset',
  'workflow:state',
  'cursor',
  'workflow:completed',
  'workflow:failed',
  'workflow:cancelled',
]);

/** A message of a workflow, as received. */
export interface WorkflowMessage {
  readonly id: EventId;
  readonly message: unknown;
  /** The approximate size in characters. */
  readonly chars: number;
}

export interface WorkflowRequest extends WorkflowPosition {
  readonly types: readonly string[] | null;
}

/** One reader of one workflow, with its own cursor. */
export class Subscriber {
  readonly request: WorkflowRequest;
  readonly listener: Listener;
  /**
   * Whether it receives messages from the shared stream. Otherwise it is behind, and catches up.
   */
  isLive = false;
  readonly window = new SendWindow();
  /** Aborts when the subscriber unsubscribes. */
  readonly left = new AbortController();
  /** The id of the last message that was sent or filtered out. */
  #cursor: EventId | null;
  readonly #types: ReadonlySet<string> | null;
  readonly #moved = new Signal();

  constructor(request: WorkflowRequest, listener: Listener) {
    this.request = request;
    this.listener = listener;
    this.#cursor = request.after;
    this.#types = request.types && new Set(request.types);
  }

  get cursor(): EventId | null {
    return this.#cursor;
  }

  /** Moves the cursor, and sends the message if its type was requested. */
  send({ id, message, chars }: WorkflowMessage): void {
    this.#cursor = id;
    if (this.#wants(message)) this.forward(id, message, chars);
  }

  /** Sends a message without moving the cursor. */
  forward(id: string, message: unknown, chars: number): void {
    this.window.sent(chars);
    this.listener.message(id, message, chars);
  }

  /** Reports that the subscription has moved on, so that joining may be possible now. */
  notify(): void {
    this.#moved.notify();
  }

  /** Waits for the next `notify`, or until the signal aborts. */
  async notified(signal: AbortSignal): Promise<void> {
    await this.#moved.wait(signal).catch(() => {});
  }

  #wants(message: unknown): boolean {
    if (this.#types === null) return true;
    const type = typeOf(message);
    return this.#types.has(type) || UNFILTERED.has(type);
  }
}

/** Returns the type of a message; empty if it has none. */
export function typeOf(message: unknown): string {
  const type = property(message, 'type');
  return typeof type === 'string' ? type : '';
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
