import { createServer } from 'node:http';
import { once } from 'node:events';
import { launchBrowser } from '@runtape/e2e';
import { expect, inject, test } from 'vitest';

const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Runtape</title>
<body style="font: 24px sans-serif; background: #fff; color: #111; margin: 40px">
<h1>A comment is being drafted</h1>
<p>Plain text, <b>bold</b>, <i>italic</i>, <code>monospaced</code>; ä ö ü é ß</p>
<button onclick="this.textContent = 'Started'; document.body.style.background = '#cfe8ff'">Start</button>
`;

/** A page on 127.0.0.1, until it is disposed of. */
async function servePage(): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(PAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

test('the Chromium of the run shows a page, is clicked, and takes a screenshot', async () => {
  await using page = await servePage();
  await using browser = await launchBrowser(inject('chromiumPath'));
  const tab = await browser.newPage({ viewport: { width: 640, height: 320 } });
  await tab.goto(page.url);
  expect(await tab.title()).toBe('Runtape');
  const heading = await tab.getByRole('heading').boundingBox();
  expect(heading?.height).toBeGreaterThan(20);

  const before = await tab.screenshot();
  await tab.getByRole('button', { name: 'Start' }).click();
  await tab.getByRole('button', { name: 'Started' }).waitFor();
  const after = await tab.screenshot();
  expect([...before.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
  expect(after.equals(before)).toBe(false);
});

test('text is drawn with a font: words of equal length have different widths', async () => {
  await using browser = await launchBrowser(inject('chromiumPath'));
  const tab = await browser.newPage();
  await tab.setContent('<span id="narrow">iiiiiiii</span><br><span id="wide">WWWWWWWW</span>');
  const narrow = await tab.locator('#narrow').boundingBox();
  const wide = await tab.locator('#wide').boundingBox();
  expect(wide?.width).toBeGreaterThan((narrow?.width ?? Infinity) * 2);
});

test('closing one context does not affect others', async () => {
  await using browser = await launchBrowser(inject('chromiumPath'));
  const [first, second] = await Promise.all([browser.newContext(), browser.newContext()]);
  await first.newPage();
  await first.close();
  const tab = await second.newPage();
  await tab.setContent('<p>still here</p>');
  expect(await tab.textContent('p')).toBe('still here');
});

test('a page reaches only this machine', async () => {
  await using page = await servePage();
  await using browser = await launchBrowser(inject('chromiumPath'));
  for (const elsewhere of ['http://runtape.test/', 'http://192.0.2.1/']) {
    const tab = await browser.newPage();
    await expect(tab.goto(elsewhere)).rejects.toThrow('ERR_NAME_NOT_RESOLVED');
  }
  const tab = await browser.newPage();
  const response = await tab.goto(page.url.replace('127.0.0.1', 'localhost'));
  expect(response?.status()).toBe(200);
});
