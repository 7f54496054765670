import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';

const HEARTBEATS = 3;

export interface StaleOptions {
  /** The longest time without a delivery to a client, in ms; at least three heartbeats. */
  readonly staleMs: number;
  readonly heartbeatMs: number;
  /** Called for each connection that was closed. */
  readonly onEnded: () => void;
}

export function staleAfterMs({
  staleMs,
  heartbeatMs,
}: Pick<StaleOptions, 'staleMs' | 'heartbeatMs'>): number {
  return Math.max(staleMs, heartbeatMs * HEARTBEATS);
}

/**
 * Closes streams whose client has stopped reading: it froze, or its network is gone. Heartbeats
 * that get through keep a stream open. Streams that write to their socket directly do this
 * themselves.
 */
export function closeStale(options: StaleOptions): MiddlewareHandler<{ Bindings: HttpBindings }> {
  const { onEnded } = options;
  const ms = staleAfterMs(options);
  return async (c, next) => {
    await next();
    const { outgoing } = c.env;
    if (c.res.headers.get('content-type') !== 'text/event-stream') return;
    if (!('setTimeout' in outgoing)) return;
    outgoing.setTimeout(ms, () => {
      if (!outgoing.destroyed) onEnded();
      outgoing.destroy();
    });
  };
}
