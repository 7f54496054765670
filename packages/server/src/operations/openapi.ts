import {
  docsPageRoute as pageContract,
  docsStyleRoute as styleContract,
  openApiRoute as documentContract,
} from '@runtape/contract';
import { docsStyle } from '../http/openapi/docs-style.ts';
import { renderDocs } from '../http/openapi/render-docs.ts';
import { handleRoute } from '../http/route.ts';

/** The page runs no scripts and loads nothing from other origins. */
const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
};

export const openApiRoute = handleRoute(documentContract, async ({ ctx }) =>
  Response.json(ctx.describe()),
);

export const docsPageRoute = handleRoute(pageContract, async ({ request, ctx }) => {
  const page = renderDocs(ctx.describe(), `${new URL(request.url).origin}${ctx.basePath}`);
  return new Response(await page, { headers: pageHeaders });
});

export const docsStyleRoute = handleRoute(
  styleContract,
  async () => new Response(docsStyle, { headers: { 'Content-Type': 'text/css; charset=utf-8' } }),
);
