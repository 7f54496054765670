import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { toNodeHandler } from 'runtape/node';
import { runtape } from './app.ts';

const HTML = `<!doctype html>
<html lang="en">
  <title>Countdown</title>
  <link rel="icon" href="data:," />
  <ol></ol>
  <output></output>
  <script type="module" src="/page.js"></script>
</html>`;
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src data:";

/** The page and its script; everything else is answered by Runtape. */
async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname === '/page.js') {
    const headers = { 'content-type': 'text/javascript' };
    return new Response(await readFile('dist/page.js'), { headers });
  }
  if (pathname !== '/') return await runtape.fetch(request);
  const headers = { 'content-type': 'text/html', 'content-security-policy': POLICY };
  return new Response(HTML, { headers });
}

const server = createServer(toNodeHandler({ fetch: answer }));
server.listen(0, '127.0.0.1', () => console.log(`Listens: ${JSON.stringify(server.address())}`));
