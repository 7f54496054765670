import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * Where requests come from.
 * @param behindProxy believe what the proxy on this machine says; anybody else could say anything.
 */
export class ClientAddresses {
  readonly #behindProxy: boolean;
  readonly #known = new WeakMap<Request, string>();

  constructor(options: { readonly behindProxy: boolean }) {
    this.#behindProxy = options.behindProxy;
  }

  note(c: Context): void {
    // A proxy appends whom it got the request from: the last is the only one that no client can make up.
    const forwarded = this.#behindProxy
      ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
      : undefined;
    this.#known.set(c.req.raw, forwarded || (getConnInfo(c).remote.address ?? 'unknown'));
  }

  readonly of = (request: Request): string => this.#known.get(request) ?? 'unknown';
}
