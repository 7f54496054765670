const words =
  'stream event worker redis cursor token append attempt workflow thread snapshot message client server index reader writer command budget retry'.split(
    ' ',
  );

function wordOf(n: number): string {
  return words[n % words.length] ?? '';
}

/** Paths of files that do not exist, but look plausible. */
export function madeUpCitations(length: number): string {
  return Array.from({ length }, (_, n) => `${wordOf(n)}${n % 7}/${wordOf(n * 7)}${n}.ts:1`).join(
    ' ',
  );
}

/** Words that occur in no text. */
export function nonsense(length: number): string {
  return Array.from(
    { length },
    (_, n) => `q${((n * 7919) % 46_656).toString(36)}zx${n % 97}vw`,
  ).join(' ');
}
