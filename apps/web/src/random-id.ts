/** The fixed bits of a UUID: byte, mask of the random bits, value. */
const VERSION = { at: 6, random: 0x0f, fixed: 0x40 };
const VARIANT = { at: 8, random: 0x3f, fixed: 0x80 };

/**
 * Returns a random UUID (version 4). Unlike `crypto.randomUUID`, this also works in insecure
 * contexts.
 */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (const { at, random, fixed } of [VERSION, VARIANT]) {
    bytes[at] = ((bytes[at] ?? 0) & random) | fixed;
  }
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)];
  return [...parts, hex.slice(20)].join('-');
}
