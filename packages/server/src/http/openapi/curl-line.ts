import type { Operation } from '../openapi-document.ts';

/** One operation of an OpenAPI document with its method and path. */
export interface Entry {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Makes a curl command that tries an operation. The user replaces ids in capitals. */
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
  const examples = parameters.flatMap(({ in: place, name, example }) =>
    place === 'query' && example !== undefined ? [[name, example]] : [],
  );
  return examples.length === 0 ? '' : `?${new URLSearchParams(examples).toString()}`;
}

function streams({ responses }: Operation): boolean {
  const answer = responses['200'];
  return (
    answer !== undefined &&
    'content' in answer &&
    Object.hasOwn(answer.content ?? {}, 'text/event-stream')
  );
}

/** Within single quotes, a shell interprets only the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll(`'`, `'\\''`)}'`;
}
