import type { AttackedServer } from './attacked-server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a body. @returns the status and the size of the response, for the table. */
export async function send(
  attacked: AttackedServer,
  path: string,
  body: string | object,
): Promise<string> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return await describe(
    fetch(attacked.url + path, { method: 'POST', headers: JSON_TYPE, body: text }),
  );
}

/** Requests JSON. @returns the status and the size of the response, for the table. */
export async function get(attacked: AttackedServer, path: string): Promise<string> {
  return await describe(fetch(attacked.url + path, { headers: { accept: 'application/json' } }));
}

/** Starts a workflow. @returns its id; `null` if the server refuses. */
export async function start(
  attacked: AttackedServer,
  workflow: string,
  input: object,
): Promise<string | null> {
  const body = JSON.stringify({ workflow, input });
  const response = await fetch(`${attacked.url}/api/workflows`, {
    method: 'POST',
    headers: JSON_TYPE,
    body,
  });
  const answer: unknown = await response.json();
  const isStarted = typeof answer === 'object' && answer !== null && 'workflowId' in answer;
  return isStarted && typeof answer.workflowId === 'string' ? answer.workflowId : null;
}

async function describe(request: Promise<Response>): Promise<string> {
  try {
    const response = await request;
    let bytes = 0;
    for await (const chunk of response.body ?? []) bytes += chunk.length;
    return `${response.status}, ${sizeOf(bytes)}`;
  } catch (error) {
    return error instanceof Error ? `no answer (${error.message})` : 'no answer';
  }
}

function sizeOf(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} KB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The different responses, each with its count. */
export function count(answers: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return Array.from(counts, ([answer, times]) =>
    times > 1 ? `${times} × ${answer}` : answer,
  ).join('; ');
}
