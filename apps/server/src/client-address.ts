import { isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import { networkOf } from '@runtape/node-http';
import type { Context } from 'hono';

/**
 * The client addresses of requests.
 * @param behindProxy trust the header of the proxy on this machine; without a proxy anyone could
 *   set it.
 */
export class ClientAddresses {
  readonly #behindProxy: boolean;
  readonly #known = new WeakMap<Request, string>();

  constructor(options: { readonly behindProxy: boolean }) {
    this.#behindProxy = options.behindProxy;
  }

  record(c: Context): void {
    // A proxy appends the address of its client: only the last one cannot be forged.
    const forwarded = this.#behindProxy
      ? c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
      : undefined;
    const address = addressIn(forwarded ?? '') ?? getConnInfo(c).remote.address;
    this.#known.set(c.req.raw, networkOf(address ?? 'unknown'));
  }

  readonly of = (request: Request): string => this.#known.get(request) ?? 'unknown';
}

/**
 * Some proxies add a port, and brackets around an IPv6 address.
 * @returns `null` for anything else.
 */
function addressIn(text: string): string | null {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const bare =
    bracketed ?? (text.split(':').length === 2 ? text.slice(0, text.indexOf(':')) : text);
  return isIP(bare) === 0 ? null : bare;
}
