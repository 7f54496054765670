const words =
  'stream event worker redis cursor token append attempt workflow thread snapshot message client server index reader writer command budget retry'.split(
    ' ',
  );

function wordOf(n: number): string {
  return words[n % words.length] ?? '';
}

/** Paths of files that are not there, and sound as if they were. */
export function madeUpPlaces(length: number): string {
  return Array.from({ length }, (_, n) => `${wordOf(n)}${n % 7}/${wordOf(n * 7)}${n}.ts:1`).join(
    ' ',
  );
}

/** Words that nobody has ever written. */
export function nonsense(length: number): string {
  return Array.from(
    { length },
    (_, n) => `q${((n * 7919) % 46_656).toString(36)}zx${n % 97}vw`,
  ).join(' ');
}
