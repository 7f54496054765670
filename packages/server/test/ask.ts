const ORIGIN = 'http://127.0.0.1';

/** A request to an API that listens nowhere. */
export function ask(path: string, init: RequestInit = {}): Request {
  return new Request(`${ORIGIN}${path}`, init);
}

/** A POST of JSON. */
export function post(path: string, body?: unknown, headers: Record<string, string> = {}): Request {
  if (body === undefined) return ask(path, { method: 'POST', headers });
  const sent = { 'content-type': 'application/json', ...headers };
  return ask(path, { method: 'POST', headers: sent, body: JSON.stringify(body) });
}
