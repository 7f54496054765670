const ORIGIN = 'http://127.0.0.1';

export function newRequest(path: string, init: RequestInit = {}): Request {
  return new Request(`${ORIGIN}${path}`, init);
}

export function post(path: string, body?: unknown, headers: Record<string, string> = {}): Request {
  if (body === undefined) return newRequest(path, { method: 'POST', headers });
  const sent = { 'content-type': 'application/json', ...headers };
  return newRequest(path, { method: 'POST', headers: sent, body: JSON.stringify(body) });
}
