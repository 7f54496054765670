import { docsStyle } from '../http/openapi/docs-style.ts';
import { renderDocs } from '../http/openapi/render-docs.ts';
import { defineRoute, noBody, noParams, noQuery } from '../http/route.ts';

const shared = {
  method: 'GET',
  tag: 'server',
  params: noParams,
  query: noQuery,
  body: noBody,
} as const;

/** Nothing on the page runs, and nothing comes from elsewhere. */
const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
};

/** This API for programs. */
export const openApiRoute = defineRoute({
  ...shared,
  path: '/api/openapi.json',
  id: 'openApi',
  summary: 'This document.',
  answers: { 200: { description: 'OpenAPI 3.1.', type: 'application/json' } },
  handle: async ({ ctx }) => Response.json(ctx.describe()),
});

/** The same for people. */
export const docsPageRoute = defineRoute({
  ...shared,
  path: '/api/docs',
  isPage: true,
  id: 'docsPage',
  summary: 'This document as a page.',
  answers: { 200: { description: 'A page without scripts.', type: 'text/html' } },
  handle: async ({ request, ctx }) => {
    const page = renderDocs(ctx.describe(), `${new URL(request.url).origin}${ctx.basePath}`);
    return new Response(await page, { headers: pageHeaders });
  },
});

/** How the page looks. */
export const docsStyleRoute = defineRoute({
  ...shared,
  path: '/api/docs.css',
  isPage: true,
  id: 'docsStyleSheet',
  summary: 'The style of the page.',
  answers: { 200: { description: 'A style sheet.', type: 'text/css' } },
  handle: async () =>
    new Response(docsStyle, { headers: { 'Content-Type': 'text/css; charset=utf-8' } }),
});
