import { z } from 'zod';
import { advice } from '../advice.ts';
import { type Check, CheckFailure, Skipped } from '../check.ts';
import { describeResponse, readResponse } from '../read-response.ts';

const healthSchema = z.object({ status: z.literal('ok'), version: z.string().min(1) });
const openApiSchema = z.object({
  openapi: z.string().startsWith('3.1'),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** The operations that the other checks use. */
const operations = [
  'post /api/workflows',
  'get /api/workflows/{workflowId}',
  'get /api/workflows/{workflowId}/events',
  'post /api/workflows/{workflowId}/cancel',
  'post /api/workflows/{workflowId}/pause',
  'post /api/workflows/{workflowId}/resume',
  'post /api/events',
  'post /api/chat',
  'get /api/chat',
  'get /api/threads/{threadId}/events',
];

export const health: Check = {
  name: 'health',
  title: 'the server responds',
  run: async ({ request }) => {
    const response = await request('/api/health');
    const { version } = await readResponse(response, healthSchema, { what: 'a ready server' });
    return `version ${version}`;
  },
};

export const openApi: Check = {
  name: 'openapi',
  title: 'the OpenAPI document lists every path',
  run: async ({ request }) => {
    const response = await request('/api/openapi.json');
    const expected = { what: 'an OpenAPI 3.1 document' };
    const { paths } = await readResponse(response, openApiSchema, expected);
    const listed = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    const missing = operations.filter((operation) => !listed.includes(operation));
    if (missing.length === 0) return `${Object.keys(paths).length} paths`;
    throw new CheckFailure({
      expected: `a document that lists ${operations.length} operations`,
      actual: `one without ${missing.join(', ')}`,
      advice: advice.version,
    });
  },
};

export const metrics: Check = {
  name: 'metrics',
  title: 'metrics for Prometheus',
  run: async ({ request }) => {
    const response = await request('/metrics');
    const text = await response.text();
    if ([401, 403, 404].includes(response.status)) {
      throw new Skipped(`not available to this client (HTTP ${response.status})`);
    }
    const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name);
    if (names.some((name) => name.startsWith('runtape_'))) return `${names.length} metrics`;
    throw new CheckFailure({
      expected: '# TYPE lines, as Prometheus reads them',
      actual: describeResponse(response, text),
      advice: 'Check that the proxy forwards /metrics. If it should not, let it respond with 404.',
    });
  },
};
