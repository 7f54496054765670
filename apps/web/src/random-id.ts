/** Bits that a UUID fixes: where they stand among its bytes, which bits stay random, and what the fixed ones are. */
const VERSION = { at: 6, random: 0x0f, fixed: 0x40 };
const VARIANT = { at: 8, random: 0x3f, fixed: 0x80 };

/**
 * A random UUID (version 4). Browsers have `crypto.randomUUID` only in secure contexts, and a page that comes over plain HTTP
 * under a name is none; `getRandomValues` is everywhere.
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (const { at, random, fixed } of [VERSION, VARIANT]) {
    bytes[at] = ((bytes[at] ?? 0) & random) | fixed;
  }
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
