import { z } from 'zod';
import { type Check, CheckFailure } from '../check.ts';
import { readAnswer } from '../read-answer.ts';

const schema = z.object({
  openapi: z.string().startsWith('3.1'),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** The operations that the other checks use. */
const needed = [
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

export const openApi: Check = {
  name: 'openapi',
  title: 'the OpenAPI document lists every path',
  run: async ({ ask }) => {
    const answer = await ask('/api/openapi.json');
    const { paths } = await readAnswer(answer, schema, { what: 'an OpenAPI 3.1 document' });
    const listed = new Set(
      Object.entries(paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method} ${path}`),
      ),
    );
    const missing = needed.filter((each) => !listed.has(each));
    if (missing.length === 0) return `${Object.keys(paths).length} paths`;
    throw new CheckFailure({
      expected: `a document that lists ${needed.length} operations`,
      came: `one without ${missing.join(', ')}`,
      advice: 'Check that the server is not older than this command.',
    });
  },
};
