/** In seconds or milliseconds, with a fraction at most; what is negative, or no number, says nothing. */
const NUMBER = /^\d{1,15}(?:\.\d{1,9})?$/;
/** As HTTP has dates. `Date.parse` alone would take `-5` for one. */
const HTTP_DATE = /^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},? /i;

/**
 * How long an endpoint asks to be left alone: `retry-after` in seconds or as a date, or `retry-after-ms`.
 * @param header gives a header by its name in lower case.
 * @param now in ms since 1970.
 * @returns ms, at least 0; `null` when it does not say, or says something else.
 */
export function readRetryAfter(
  header: (name: string) => string | null,
  now: number,
): number | null {
  const inMs = header('retry-after-ms')?.trim() ?? '';
  if (NUMBER.test(inMs)) return Number(inMs);
  const after = header('retry-after')?.trim() ?? '';
  if (NUMBER.test(after)) return Number(after) * 1000;
  if (!HTTP_DATE.test(after)) return null;
  const at = Date.parse(after);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
