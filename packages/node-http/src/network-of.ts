import { isIPv4, isIPv6 } from 'node:net';

/** One household or rented server usually has all addresses of a 64-bit prefix. */
const PREFIX_GROUPS = 4;
const GROUPS = 8;

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
