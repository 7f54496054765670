import { networkOf } from './network-of.ts';

const addresses = new WeakMap<Request, string>();

/**
 * Returns the client address of a request that `toNodeHandler` made, for `addressOf` of an API: an
 * IPv4 address, or the first 64 bits of an IPv6 address. Behind a proxy it is the address that
 * Express or Fastify finds, if they trust the proxy.
 * @returns `undefined` for other requests.
 */
export function clientAddressOf(request: Request): string | undefined {
  return addresses.get(request);
}

/** @param address as the system or the framework writes it. */
export function recordAddress(request: Request, address: string): void {
  addresses.set(request, networkOf(address));
}
