/** What keeps proxies from holding a stream back. */
const always = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
};

/**
 * The headers of a stream. A client that wants its connection closed at the end waits for that, so
 * it is not told otherwise.
 */
export function streamHeaders({ headers }: Request): Record<string, string> {
  const isLast = headers.get('connection')?.toLowerCase() === 'close';
  return isLast ? { ...always } : { ...always, Connection: 'keep-alive' };
}
