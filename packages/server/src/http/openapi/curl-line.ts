import type { Operation } from '../openapi-document.ts';

/** One operation of an OpenAPI document, and where it is. */
export interface Entry {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** A line for a shell that tries an operation out. Ids in capitals are to be replaced. */
export function curlLine({ method, path, operation }: Entry, origin: string): string {
  const url = quoted(`${origin}${path.replaceAll(/\{(\w+)\}/g, capitals)}${queryOf(operation)}`);
  const body = operation.requestBody?.content['application/json']?.example;
  const stream = streams(operation) ? ['-N'] : [];
  const post = method === 'POST' && body === undefined ? ['-X POST'] : [];
  const sent =
    body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body))}`];
  return ['curl', ...stream, ...post, url, ...sent].join(' ');
}

/** `workflowId` → `WORKFLOW_ID`. */
function capitals(_: string, name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

function queryOf({ parameters }: Operation): string {
  const given = parameters.flatMap(({ in: place, name, example }) =>
    place === 'query' && example !== undefined ? [[name, example]] : [],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function streams({ responses }: Operation): boolean {
  const answer = responses['200'];
  return (
    answer !== undefined &&
    'content' in answer &&
    Object.hasOwn(answer.content ?? {}, 'text/event-stream')
  );
}

/** In single quotes a shell takes everything as it is, but for the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll(`'`, `'\\''`)}'`;
}
