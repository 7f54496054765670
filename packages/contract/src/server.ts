import { z } from 'zod';
import { defineOperation, noInput, output } from './operation.ts';
import { procedures } from './procedures.ts';
import { defineRoute, noBody, noParams, noQuery } from './route.ts';

const count = z.int().nonnegative();
const streamTotals = {
  opened: count,
  completed: count,
  left: count,
  failed: count,
  /** The total duration of the streams that ended, in ms. */
  durationMs: z.number(),
  /** The total number of events of the streams that ended. */
  events: count,
};

const binSchema = z
  .object({
    /** The start of the five minutes, in ms since 1970. */
    at: z.number(),
    ...streamTotals,
  })
  .readonly();

const streamStatisticsSchema = z.object({
  /** When counting started, in ms since 1970. */
  since: z.number(),
  /** The number of open streams. */
  open: count,
  ...streamTotals,
  /** The share of ended streams that did not fail, 0 to 1; `null` before the first one ended. */
  successRate: z.number().nullable(),
  /** In ms; `null` before the first stream ended. */
  averageDurationMs: z.number().nullable(),
  averageEvents: z.number().nullable(),
  /** The last 24 hours in bins of five minutes, oldest first, without the empty ones. */
  bins: z.array(binSchema).readonly(),
});

const workflowTotalsSchema = z
  .object({ started: count, completed: count, failed: count, cancelled: count })
  .readonly();

/** The streams of five minutes. */
export type StatisticsBin = z.output<typeof binSchema>;

/** The stream statistics of one process. */
export type StreamStatisticsReport = Readonly<z.output<typeof streamStatisticsSchema>>;

/** The outcomes of the workflows that were started through one server, since it started. */
export type WorkflowTotals = z.output<typeof workflowTotalsSchema>;

/** The streams of this server since it started, and the workflows started through it. */
export const statistics = defineOperation(procedures.statistics, {
  input: noInput,
  errors: [],
  output: output<StreamStatisticsReport & { readonly workflows: WorkflowTotals }>(
    streamStatisticsSchema.extend({ workflows: workflowTotalsSchema }),
  ),
});

const healthJson = {
  name: 'Health',
  schema: z.object({ status: z.enum(['ok', 'draining']), version: z.string() }),
};

/** Reports whether the server is running or about to stop. */
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
    200: { description: 'It answers.', json: healthJson },
    503: { description: 'It is about to stop: go to another.', json: healthJson },
  },
});

const page = {
  method: 'GET',
  tag: 'server',
  params: noParams,
  query: noQuery,
  body: noBody,
} as const;

/** The OpenAPI document. */
export const openApiRoute = defineRoute({
  ...page,
  path: '/api/openapi.json',
  id: 'openApi',
  summary: 'This document.',
  answers: { 200: { description: 'OpenAPI 3.1.', type: 'application/json' } },
});

/** The documentation page of the API. */
export const docsPageRoute = defineRoute({
  ...page,
  path: '/api/docs',
  isPage: true,
  id: 'docsPage',
  summary: 'This document as a page.',
  answers: { 200: { description: 'A page without scripts.', type: 'text/html' } },
});

/** The style sheet of the documentation page. */
export const docsStyleRoute = defineRoute({
  ...page,
  path: '/api/docs.css',
  isPage: true,
  id: 'docsStyleSheet',
  summary: 'The style of the page.',
  answers: { 200: { description: 'A style sheet.', type: 'text/css' } },
});
