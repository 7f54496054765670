import { TimeSlice } from '@runtape/async';
import type { ClientConnection } from './client-connection.ts';
import { drainingError } from './stream-failure.ts';

/** How often per heartbeat interval the connections are checked for being idle. */
const CHECKS_PER_HEARTBEAT = 8;

/**
 * Holds all connections of one API. One timer sends their heartbeats, and all end when the server
 * stops.
 */
export class OpenConnections {
  readonly #heartbeatMs: number;
  readonly #draining: AbortSignal;
  readonly #open = new Set<ClientConnection>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isChecking = false;

  /** @param options.draining aborts when the server is about to stop. */
  constructor(options: { readonly heartbeatMs: number; readonly draining: AbortSignal }) {
    this.#heartbeatMs = options.heartbeatMs;
    this.#draining = options.draining;
    this.#draining.addEventListener('abort', () => void this.#stopAll(), { once: true });
  }

  get size(): number {
    return this.#open.size;
  }

  add(connection: ClientConnection): void {
    this.#open.add(connection);
    if (this.#draining.aborted) {
      connection.stop(drainingError());
      return;
    }
    this.#timer ??= setBackgroundInterval(
      () => void this.#sendHeartbeats(),
      this.#heartbeatMs / CHECKS_PER_HEARTBEAT,
    );
  }

  remove(connection: ClientConnection): void {
    this.#open.delete(connection);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #sendHeartbeats(): Promise<void> {
    // The previous check is still running and will find the same connections.
    if (this.#isChecking) return;
    this.#isChecking = true;
    const slice = new TimeSlice();
    for (const connection of this.#open) {
      if (slice.due) await slice.yield();
      const isQuiet = performance.now() - connection.quietSince >= this.#heartbeatMs;
      if (isQuiet && connection.isWritable) connection.sendHeartbeat();
    }
    this.#isChecking = false;
  }

  async #stopAll(): Promise<void> {
    const slice = new TimeSlice();
    for (const connection of this.#open) {
      if (slice.due) await slice.yield();
      connection.stop(drainingError());
    }
  }
}

/** Heartbeats must not keep the process alive. */
function setBackgroundInterval(callback: () => void, ms: number): ReturnType<typeof setInterval> {
  const timer = setInterval(callback, ms);
  if (typeof timer === 'object' && 'unref' in timer) timer.unref();
  return timer;
}
