import { Validator } from '@seriousme/openapi-schema-validator';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { githubPlugin } from '@runtape/github-workflows/server';
import { TestLog } from '@runtape/testing';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createJwtAccounts } from '../src/index.ts';
import { mergePlugins } from '../src/plugins/merge-plugins.ts';
import { allRoutesOf } from '../src/operations/all-routes.ts';
import { newRequest, post } from './requests.ts';
import { hasCurl } from './plain-clients.ts';
import { listen, startApi } from './start-api.ts';
import { startChat } from './start-chat.ts';

const run = promisify(execFile);
const allRoutes = allRoutesOf(startApi().api.context.startable, mergePlugins([githubPlugin()]));

const documentSchema = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ version: z.string() }),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        parameters: z.array(z.looseObject({ name: z.string(), schema: z.looseObject({}) })),
        responses: z.record(z.string(), z.looseObject({})),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});

async function documentOf({ api }: ReturnType<typeof startApi>) {
  const response = await api.fetch(newRequest('/api/openapi.json'));
  expect(response.status).toBe(200);
  return documentSchema.parse(await response.json());
}

describe('/api/openapi.json', () => {
  test('B1: is a valid OpenAPI 3.1 document, whose references all resolve', async () => {
    await using started = startApi({ version: '1.2.3' });
    const document = await documentOf(started);
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(validator.version).toBe('3.1');
    expect(document).toMatchObject({ openapi: '3.1.0', info: { version: '1.2.3' } });
    expect(danglingIn(document)).toEqual([]);
  });

  test('lists every route, and the values that its schemas accept', async () => {
    await using started = startApi();
    const { paths, components } = await documentOf(started);
    const listed = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const forPrograms = allRoutes.filter(({ path }) => !path.startsWith('/api/docs'));
    expect(listed.toSorted()).toEqual(
      forPrograms.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
    expect(forPrograms).toHaveLength(allRoutes.length - 2);
    const events = paths['/api/workflows/{workflowId}/events']?.['get'];
    const schemaOf = (name: string) => events?.parameters.find((p) => p.name === name)?.schema;
    expect(schemaOf('format')).toMatchObject({ enum: ['native', 'simple', 'thread', 'chat'] });
    expect(schemaOf('types')).toMatchObject({ type: 'array', items: { type: 'string' } });
    expect(schemaOf('limit')).toMatchObject({ type: 'integer', minimum: 1, maximum: 1000 });
    expect(Object.keys(events?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '204', '404']),
    );
    expect(JSON.stringify(components.schemas['StartWorkflow'])).toContain('"const":"reviewIssue"');
  });

  test('C8: every route documents 401, except those about the server itself', async () => {
    await using started = startApi();
    const { paths } = await documentOf(started);
    const open = Object.entries(paths).flatMap(([path, operations]) =>
      Object.values(operations).flatMap(({ responses }) => ('401' in responses ? [] : [path])),
    );
    expect(open.toSorted()).toEqual(['/api/health', '/api/openapi.json']);
  });

  test('C8: and with accounts enabled they return it', async () => {
    const accounts = createJwtAccounts({ secret: 'a secret of at least thirty-two characters' });
    await using started = startApi({ accounts });
    for (const { method, path, tag, example } of allRoutes) {
      const query = new URLSearchParams(example?.query).toString();
      const at = `${path.replaceAll(/\{\w+\}/g, 'talk')}?${query}`;
      const response = await started.api.fetch(
        method === 'GET' ? newRequest(at) : post(at, example?.body),
      );
      await response.body?.cancel();
      expect([path, response.status]).toEqual([path, tag === 'server' ? 200 : 401]);
    }
  });

  test('each body has an example that matches its schema', async () => {
    await using started = startApi();
    const { paths } = await documentOf(started);
    for (const { id, method, path, body, example } of allRoutes) {
      if (body.safeParse(undefined).success) continue;
      expect([id, body.safeParse(example?.body).error]).toEqual([id, undefined]);
      expect(paths[path]?.[method.toLowerCase()]).toMatchObject({
        requestBody: { content: { 'application/json': { example: example?.body } } },
      });
    }
  });

  test('a body with a field outside its schema is refused, and the schema says so', async () => {
    await using started = startApi();
    const { components } = await documentOf(started);
    expect(components.schemas['ChatRequest']).toMatchObject({ additionalProperties: false });
    expect(components.schemas['Workflow']).not.toHaveProperty('additionalProperties');
  });

  test('a workflow matches its schema', async () => {
    await using started = startApi();
    const body = { target: { kind: 'sample', name: 'doubled' } } as const;
    const { workflowId } = await started.caller.startComment(body);
    for (const route of allRoutes.filter(
      ({ id }) => id === 'getWorkflow' || id === 'listWorkflows',
    )) {
      const response = await started.api.fetch(
        newRequest(route.path.replace('{workflowId}', workflowId)),
      );
      const schema = route.answers[200]?.json?.schema;
      expect(schema?.safeParse(await response.json()).error).toBeUndefined();
    }
  });
});

describe('/api/docs', () => {
  test('shows every operation, runs nothing, and loads nothing from other hosts', async () => {
    await using started = startApi();
    const response = await started.api.fetch(newRequest('/api/docs'));
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    for (const { id, path, isPage } of allRoutes) {
      expect(page.includes(`id="${id}"`)).toBe(isPage !== true);
      expect(isPage === true || page.includes(path)).toBe(true);
    }
    expect(page).toContain('<a href="../">Runtape</a>');
    expect(page).not.toMatch(
      /<script|<style|<[^>]+ (?:style|on\w+)=|(?:src|href)="(?:https?:)?\/\//,
    );
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(allRoutes.length - 2);
    expect(links.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
    const style = await started.api.fetch(newRequest('/api/docs.css'));
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
    const sheet = await style.text();
    expect(sheet).toContain('light-dark(');
    expect(sheet.match(/\/fonts\/[^']+/g)).toEqual([
      '/fonts/inter.woff2',
      '/fonts/jetbrains-mono.woff2',
    ]);
  });
});

describe('/api/docs: the shell commands', () => {
  test.skipIf(!hasCurl)('can be pasted: each succeeds, once it has an id', async () => {
    await using chat = await startChat({ allowedHosts: ['127.0.0.1'] });
    await using server = await listen(chat.api);
    const { workflowId } = await TestLog.ended(chat.log, 'a');
    const page = await (await fetch(`${server.url}/api/docs`)).text();
    const lines = [...page.matchAll(/<code>(curl [^<]*)<\/code>/g)].map(([, line = '']) => line);
    expect(lines.length).toBe(allRoutes.length - 2);
    for (const line of lines.filter((text) => !text.includes('THREAD_ID/events'))) {
      const typed = plain(line).replaceAll('WORKFLOW_ID', workflowId);
      const command = typed.replace('curl ', `curl -s -o /dev/null -w '%{http_code}' `);
      const { stdout } = await run('bash', ['-c', command]);
      // The workflow has no draft that could be posted.
      const wanted = typed.includes(`/post'`) ? /: 400$/ : /: 20[0-2]$/;
      expect(`${line}: ${stdout}`).toMatch(wanted);
    }
  });
});

/** The text as a browser shows it. */
function plain(html: string): string {
  return html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', `'`)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** References without a target. */
function danglingIn(document: object): readonly string[] {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)];
  return references.flatMap(([, reference = '']) =>
    leads(document, reference) ? [] : [reference],
  );
}

function leads(document: object, reference: string): boolean {
  let place: unknown = document;
  for (const step of reference.split('/').slice(1)) {
    if (typeof place !== 'object' || place === null) return false;
    place = Reflect.get(place, step.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  return reference.startsWith('#/') && place !== undefined;
}
