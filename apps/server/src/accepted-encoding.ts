/** gzip first: for single events it is as small as brotli, at a fraction of the memory. */
const encodings = ['gzip', 'br', 'deflate'] as const;

export type Encoding = (typeof encodings)[number];

/**
 * The encoding that a client likes best of those we have, by its `Accept-Encoding` (RFC 9110, 12.5.3).
 * @returns `null` for none.
 */
export function acceptedEncoding(header: string | null): Encoding | null {
  const weightIn = weightsOf(header);
  const ranked = encodings
    .map((encoding) => ({ encoding, weight: weightIn(encoding) }))
    .filter(({ weight }) => weight > 0)
    // The sort is stable: of those it likes the same, our first.
    .sort((a, b) => b.weight - a.weight);
  return ranked[0]?.encoding ?? null;
}

/** Tells whether a client takes an encoding at all, by its `Accept-Encoding`. */
export function accepts(header: string | null, encoding: Encoding): boolean {
  return weightsOf(header)(encoding) > 0;
}

function weightsOf(header: string | null): (encoding: Encoding) => number {
  const weights = new Map((header ?? '').toLowerCase().split(',').map(weightOf));
  const anyOther = weights.get('*') ?? 0;
  return (encoding) => weights.get(encoding) ?? anyOther;
}

/** `gzip;q=0.5` → gzip, 0.5. */
function weightOf(entry: string): readonly [string, number] {
  const [name = '', ...parameters] = entry.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return [name, weight === undefined ? 1 : Number(weight) || 0];
}
