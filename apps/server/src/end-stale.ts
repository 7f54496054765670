import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';

const HEARTBEATS = 3;

export interface StaleOptions {
  /** How long nothing may get through to a client, in ms; at least three heartbeats. */
  readonly staleMs: number;
  readonly heartbeatMs: number;
  /** Hears of each that was ended. */
  readonly onEnded: () => void;
}

/**
 * Ends streams whose client takes nothing any more: one that froze, or whose network is gone without a word. Heartbeats that
 * get through show that it is there.
 */
export function endStale({
  staleMs,
  heartbeatMs,
  onEnded,
}: StaleOptions): MiddlewareHandler<{ Bindings: HttpBindings }> {
  const ms = Math.max(staleMs, heartbeatMs * HEARTBEATS);
  return async (c, next) => {
    await next();
    const { outgoing } = c.env;
    const { headers } = c.res;
    // What goes straight to its socket is a stream, and has its head there.
    const isSent = headers.has('x-hono-already-sent');
    if (!isSent && headers.get('content-type') !== 'text/event-stream') return;
    if (!('setTimeout' in outgoing)) return;
    outgoing.setTimeout(ms, () => {
      if (!outgoing.destroyed) onEnded();
      outgoing.destroy();
    });
  };
}
