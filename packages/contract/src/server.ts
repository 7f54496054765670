import { z } from 'zod';
import { defineOperation, noInput, output } from './operation.ts';
import { defineRoute, noBody, noParams, noQuery } from './route.ts';

/** What the server allows the client, so that a page offers nothing that would be refused. */
export const features = defineOperation('features', {
  input: noInput,
  errors: [],
  output: output(
    z.object({
      /** Whether targets may be folders of the machine that it runs on. */
      folders: z.boolean(),
      /** Whether the caller may post drafts to GitHub, as far as the server knows. */
      posting: z.boolean(),
      /** Why not. */
      postingObstacle: z.enum(['post_not_allowed', 'post_needs_token']).nullable(),
      /** Whether repositories may be private ones. */
      privateRepositories: z.boolean(),
      /** Whether other models than the server's may be named. */
      models: z.boolean(),
      /** The host of GitHub's pages: URLs of other hosts name nothing there. */
      githubHost: z.string(),
    }),
  ),
});

/** An issue that comes with the program. */
export interface SampleInfo {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  /** Markdown. */
  readonly issue: string;
}

/** The issues that come with the program. */
export const samples = defineOperation('samples', {
  input: noInput,
  errors: [],
  output: output<SampleInfo[]>(
    z.array(
      z.object({ name: z.string(), title: z.string(), summary: z.string(), issue: z.string() }),
    ),
  ),
});

const count = z.int().nonnegative();
const streamTotals = {
  opened: count,
  completed: count,
  left: count,
  failed: count,
  /** Of streams that ended, all together, in ms. */
  durationMs: z.number(),
  /** Of streams that ended, all together. */
  events: count,
};

const binSchema = z
  .object({
    /** When the five minutes began, in ms since 1970. */
    at: z.number(),
    ...streamTotals,
  })
  .readonly();

const streamStatisticsSchema = z.object({
  /** Since when they are counted, in ms since 1970. */
  since: z.number(),
  /** Streams that are open now. */
  open: count,
  ...streamTotals,
  /** Of the streams that ended, the share that did not fail; `null` before the first ended. */
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

/** What happened to the streams of one process. */
export type StreamStatisticsReport = Readonly<z.output<typeof streamStatisticsSchema>>;

/** What became of the workflows that were started through one server, since it started. */
export type WorkflowTotals = z.output<typeof workflowTotalsSchema>;

/** The streams of this server since it started, and the workflows started through it. */
export const statistics = defineOperation('statistics', {
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

/** This API for programs. */
export const openApiRoute = defineRoute({
  ...page,
  path: '/api/openapi.json',
  id: 'openApi',
  summary: 'This document.',
  answers: { 200: { description: 'OpenAPI 3.1.', type: 'application/json' } },
});

/** The same for people. */
export const docsPageRoute = defineRoute({
  ...page,
  path: '/api/docs',
  isPage: true,
  id: 'docsPage',
  summary: 'This document as a page.',
  answers: { 200: { description: 'A page without scripts.', type: 'text/html' } },
});

/** How the page looks. */
export const docsStyleRoute = defineRoute({
  ...page,
  path: '/api/docs.css',
  isPage: true,
  id: 'docsStyleSheet',
  summary: 'The style of the page.',
  answers: { 200: { description: 'A style sheet.', type: 'text/css' } },
});
