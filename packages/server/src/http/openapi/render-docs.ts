import { html } from 'hono/html';
import { z } from 'zod';
import type {
  Answer,
  OpenApiDocument,
  Operation,
  Parameter,
  JsonSchema,
} from '../openapi-document.ts';
import { curlLine, type Entry } from './curl-line.ts';

type Html = ReturnType<typeof html>;

interface Page {
  /** The URL of the server, without a trailing slash. */
  readonly origin: string;
  /** The responses that many operations share. */
  readonly refused: OpenApiDocument['components']['responses'];
}

/** Renders an OpenAPI document as a page without scripts. `html` escapes all inserted values. */
export function renderDocs(document: OpenApiDocument, origin: string): Html {
  const { info, tags, components } = document;
  const entries = entriesOf(document);
  const page = { origin, refused: components.responses };
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${info.title} API</title>
        <link rel="stylesheet" href="docs.css" />
      </head>
      <body>
        <header>
          <p><a href="../">${info.title}</a></p>
          <h1>${info.title} API <small>${info.version}</small></h1>
          <p>${info.description}</p>
          <p>
            For programs: <a href="openapi.json">openapi.json</a> (OpenAPI ${document.openapi}).
          </p>
          <nav aria-label="Operations">
            <ul>
              ${entries.map(renderLink)}
            </ul>
          </nav>
        </header>
        <main>
          ${tags.map(({ name, description }) => {
            const own = entries.filter(({ operation }) => operation.tags.includes(name));
            return html`<section>
              <h2>${name}</h2>
              <p>${description}</p>
              ${own.map((entry) => renderEntry(entry, page))}
            </section>`;
          })}
          <section>
            <h2>schemas</h2>
            ${Object.entries(components.schemas).map(renderSchema)}
          </section>
        </main>
      </body>
    </html>`;
}

function entriesOf({ paths }: OpenApiDocument): readonly Entry[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );
}

function renderLink({ method, path, operation }: Entry): Html {
  return html`<li>
    <a href="#${operation.operationId}"><b class="${method}">${method}</b> <code>${path}</code></a>
  </li>`;
}

function renderEntry({ method, path, operation }: Entry, { origin, refused }: Page): Html {
  const { operationId, summary, description, parameters, requestBody } = operation;
  const body = requestBody?.content['application/json'];
  return html`<article id="${operationId}">
    <h3><b class="${method}">${method}</b> <code>${path}</code></h3>
    <p>${summary}</p>
    ${description === undefined ? '' : html`<p>${description}</p>`}
    <pre tabindex="0"><code>${curlLine({ method, path, operation }, origin)}</code></pre>
    ${parameters.length === 0 ? '' : renderParameters(parameters)}
    ${body === undefined ? '' : html`<p>Body: JSON, ${renderRef(body.schema)}</p>`}
    <table>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Answer</th>
          <th scope="col">Body</th>
        </tr>
      </thead>
      <tbody>
        ${renderAnswers(operation, refused)}
      </tbody>
    </table>
  </article>`;
}

function renderParameters(parameters: readonly Parameter[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Parameter</th>
        <th scope="col">In</th>
        <th scope="col">Type</th>
        <th scope="col">Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${parameters.map(
        ({ name, in: place, schema, description = '' }) =>
          html`<tr>
            <td><code>${name}</code></td>
            <td>${place}</td>
            <td>${describeType(schema)}</td>
            <td>${description}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function renderAnswers({ responses }: Operation, refused: Page['refused']): readonly Html[] {
  const answers: Html[] = [];
  const refusals = new Map<string, string[]>();
  for (const [status, answer] of Object.entries(responses)) {
    if ('$ref' in answer) {
      const name = lastOf(answer.$ref);
      refusals.set(name, [...(refusals.get(name) ?? []), status]);
    } else answers.push(renderAnswer(status, answer));
  }
  const shared = Array.from(refusals, ([name, statuses]) => {
    const answer = refused[name];
    return answer === undefined ? [] : [renderAnswer(statuses.join(', '), answer)];
  });
  return [...answers, ...shared.flat()];
}

function renderAnswer(status: string, answer: Answer): Html {
  const contents = Object.entries(answer.content ?? {});
  const headers = Object.entries(answer.headers ?? {});
  return html`<tr>
    <td>${status}</td>
    <td>
      ${answer.description}
      ${headers.map(([name, { description }]) => html`<br /><code>${name}</code>: ${description}`)}
    </td>
    <td>
      ${contents.map(
        ([type, { schema, example }]) =>
          html`<div>
            <code>${type}</code> ${renderRef(schema)}
            ${typeof example === 'string' ? html`<pre tabindex="0"><code>${example}</code></pre>` : ''}
          </div>`,
      )}
    </td>
  </tr>`;
}

function renderRef({ $ref }: JsonSchema): Html | '' {
  if (typeof $ref !== 'string') return '';
  const name = lastOf($ref);
  return html`<a href="#schema-${name}">${name}</a>`;
}

function renderSchema([name, schema]: [string, JsonSchema]): Html {
  return html`<details>
    <summary>${name}</summary>
    <pre id="schema-${name}" tabindex="0"><code>${JSON.stringify(schema, null, 2)}</code></pre>
  </details>`;
}

/** Returns the last part of a reference: `Error` for `#/components/schemas/Error`. */
function lastOf(reference: string): string {
  return reference.split('/').at(-1) ?? '';
}

const shownSchema = z.object({
  type: z.string().default('any'),
  enum: z.array(z.string()).optional(),
  items: z.record(z.string(), z.unknown()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/** Describes a type briefly: `integer, 1 to 1000`. */
function describeType(schema: JsonSchema): string {
  const {
    type,
    enum: values,
    items,
    minimum,
    maximum,
    default: preset,
  } = shownSchema.parse(schema);
  const kind =
    values?.join(' | ') ?? (items === undefined ? type : `list of ${describeType(items)}`);
  const range = minimum === undefined || maximum === undefined ? '' : `, ${minimum} to ${maximum}`;
  return preset === undefined ? `${kind}${range}` : `${kind}${range} (default: ${preset})`;
}
