import { z } from 'zod';
import { defineRoute, noBody, noParams, noQuery } from '../http/route.ts';

const schema = z.object({ status: z.enum(['ok', 'draining']), version: z.string() });
const json = { name: 'Health', schema };

/** Whether the server answers, or is about to stop. */
export const healthRoute = defineRoute({
  method: 'GET',
  path: '/api/health',
  id: 'health',
  tag: 'server',
  summary: 'Tells whether the server answers.',
  params: noParams,
  query: noQuery,
  body: noBody,
  answers: {
    200: { description: 'It answers.', json },
    503: { description: 'It is about to stop: go to another.', json },
  },
  handle: async ({ ctx }) => {
    const status = ctx.draining.aborted ? 'draining' : 'ok';
    return Response.json({ status, version: ctx.version }, { status: status === 'ok' ? 200 : 503 });
  },
});
