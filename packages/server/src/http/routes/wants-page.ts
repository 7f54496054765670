/** Whether a client asks for a page of events, and not for their stream. */
export function wantsPage({ headers }: Request): boolean {
  const accept = headers.get('accept') ?? '';
  return accept.includes('application/json') && !accept.includes('text/event-stream');
}
