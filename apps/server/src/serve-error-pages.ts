import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { micromark } from 'micromark';

const folder = join(import.meta.dirname, '../../../docs/errors');

/** Serves the pages of docs/errors at `/docs/errors/<code>.md`, without scripts. */
export function serveErrorPages(): Hono {
  const pages = new Hono();
  pages.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        fontSrc: ["'self'"],
        imgSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // Loopback has no TLS, and browsers would apply the header to other programs on the host.
      strictTransportSecurity: false,
    }),
  );
  pages.get('/:file{[a-z_]+\\.md}', async (c) => {
    const code = c.req.param('file').replace(/\.md$/, '');
    const text = await textOf(code);
    c.header('Cache-Control', 'no-cache');
    return await (text === null
      ? c.html(renderPage(code, unknownCode(code)), 404)
      : c.html(renderPage(code, text)));
  });
  return pages;
}

/** @returns `null` when the code has no page. */
async function textOf(code: string): Promise<string | null> {
  try {
    return await readFile(join(folder, `${code}.md`), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function unknownCode(code: string): string {
  return `# \`${code}\`\n\nThere is no page about this code. Runtape does not use it: a workflow of your own may, or a newer version. Its message says what happened.\n`;
}

/** `micromark` escapes HTML and unsafe links. */
function renderPage(code: string, markdown: string) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="../../icon.svg" type="image/svg+xml" />
        <title>${code} · Runtape</title>
        <link rel="stylesheet" href="../../api/docs.css" />
      </head>
      <body class="text">
        <header><a href="../../">Runtape</a></header>
        <main>${raw(micromark(markdown))}</main>
      </body>
    </html>`;
}
