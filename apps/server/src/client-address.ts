import { isIP, isIPv4, isIPv6 } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** One household or rented server usually has all addresses of a 64-bit prefix. */
const PREFIX_GROUPS = 4;
const GROUPS = 8;

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

/**
 * The unit of limits: an IPv4 address, or the first 64 bits of an IPv6 address, since one client
 * may have all of its 2^64.
 * @param address as the system or a proxy writes it; other texts stay as they are.
 */
export function networkOf(address: string): string {
  const [plain = ''] = address.split('%');
  if (!isIPv6(plain)) return address;
  const dotted = plain.slice(plain.lastIndexOf(':') + 1);
  if (isIPv4(dotted)) return plain.toLowerCase().startsWith('::ffff:') ? dotted : '::/64';
  return `${groupsOf(plain).slice(0, PREFIX_GROUPS).join(':')}::/64`;
}

/** All eight groups, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: GROUPS - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
}
