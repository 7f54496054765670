import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { allRoutes } from '../src/routes/all-routes.ts';
import { ask } from './ask.ts';
import { startApi } from './start-api.ts';

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
  const response = await api.fetch(ask('/api/openapi.json'));
  expect(response.status).toBe(200);
  return documentSchema.parse(await response.json());
}

describe('/api/openapi.json', () => {
  test('B1: is a valid OpenAPI 3.1 document, whose references all lead somewhere', async () => {
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

  test('lists every route there is, and the values that its schemas take', async () => {
    await using started = startApi();
    const { paths, components } = await documentOf(started);
    const listed = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.toSorted()).toEqual(
      allRoutes.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
    const events = paths['/api/workflows/{workflowId}/events']?.['get'];
    const schemaOf = (name: string) => events?.parameters.find((p) => p.name === name)?.schema;
    expect(schemaOf('format')).toMatchObject({ enum: ['native', 'simple', 'thread', 'chat'] });
    expect(schemaOf('types')).toMatchObject({ items: { enum: expect.arrayContaining(['token']) } });
    expect(schemaOf('limit')).toMatchObject({ type: 'integer', minimum: 1, maximum: 1000 });
    expect(Object.keys(events?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '204', '404']),
    );
    expect(JSON.stringify(components.schemas['StartWorkflow'])).toContain('"const":"reviewIssue"');
  });

  test('a workflow is what its schema says', async () => {
    await using started = startApi();
    const body = { target: { kind: 'sample', name: 'doubled' } } as const;
    const { workflowId } = await started.caller.startComment(body);
    for (const route of allRoutes.filter(
      ({ id }) => id === 'getWorkflow' || id === 'listWorkflows',
    )) {
      const response = await started.api.fetch(ask(route.path.replace('{workflowId}', workflowId)));
      const schema = route.answers[200]?.json?.schema;
      expect(schema?.safeParse(await response.json()).error).toBeUndefined();
    }
  });
});

describe('/api/docs', () => {
  test('shows every operation, runs nothing, and takes nothing from elsewhere', async () => {
    await using started = startApi();
    const response = await started.api.fetch(ask('/api/docs'));
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    for (const { id, path } of allRoutes) {
      expect(page).toContain(`id="${id}"`);
      expect(page).toContain(path);
    }
    expect(page).not.toMatch(
      /<script|<style|<[^>]+ (?:style|on\w+)=|(?:src|href)="(?:https?:)?\/\//,
    );
    const links = [...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    expect(links.length).toBeGreaterThan(allRoutes.length);
    expect(links.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
    const style = await started.api.fetch(ask('/api/docs.css'));
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(await style.text()).toContain('light-dark(');
  });
});

/** References that lead nowhere. */
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
