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

/** For how long nothing may get through to a client, in ms. */
export function staleAfterMs({
  staleMs,
  heartbeatMs,
}: Pick<StaleOptions, 'staleMs' | 'heartbeatMs'>): number {
  return Math.max(staleMs, heartbeatMs * HEARTBEATS);
}

/**
 * Ends streams whose client takes nothing any more: one that froze, or whose network is gone without a word. Heartbeats that
 * get through show that it is there. Streams that go straight to their socket are looked after there.
 */
export function endStale(options: StaleOptions): MiddlewareHandler<{ Bindings: HttpBindings }> {
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
