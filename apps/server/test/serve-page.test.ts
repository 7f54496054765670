import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { buildPage } from '@runtape/web/build';
import { describe, expect, test } from 'vitest';
import { servePage } from '@runtape/node-http/page';

const decompressions = { br: brotliDecompressSync, gzip: gunzipSync };

describe('the served page', () => {
  test('E8: scripts and styles are sent compressed and can be cached forever', async () => {
    const folder = await buildPage({ onProgress: () => {} });
    const page = servePage(folder);
    const names = await readdir(join(folder, 'assets'));
    const texts = names.filter((name) => /\.(?:js|css)$/.test(name));
    expect(texts.length).toBeGreaterThan(5);
    for (const name of texts) {
      const ask = async (encoding: string): Promise<Response> =>
        await page.request(`/assets/${name}`, { headers: { 'accept-encoding': encoding } });
      const whole = await readFile(join(folder, 'assets', name));
      for (const [encoding, decompress] of Object.entries(decompressions)) {
        const answer = await ask(`deflate, ${encoding}`);
        expect(answer.headers.get('content-encoding')).toBe(encoding);
        expect(answer.headers.get('vary')).toContain('Accept-Encoding');
        expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
        const bytes = decompress(Buffer.from(await answer.arrayBuffer()));
        expect(bytes.equals(whole)).toBe(true);
      }
      const plain = await ask('identity');
      expect(plain.headers.get('content-encoding')).toBeNull();
      expect(Buffer.from(await plain.arrayBuffer()).equals(whole)).toBe(true);
    }
  });

  test('fonts have stable paths, which redirect to the files of the page', async () => {
    const page = servePage(await buildPage({ onProgress: () => {} }));
    for (const url of ['/fonts/inter.woff2', '/fonts/jetbrains-mono.woff2']) {
      const answer = await page.request(url);
      expect(answer.status).toBe(302);
      const location = answer.headers.get('location') ?? '';
      const file = await page.request(new URL(location, `http://localhost${url}`).pathname);
      expect([file.status, file.headers.get('content-type')]).toEqual([200, 'font/woff2']);
    }
    expect((await page.request('/fonts/comic.woff2')).status).toBe(404);
  });

  test('any other path serves the page, revalidated each time; a missing asset is not found', async () => {
    const page = servePage(await buildPage({ onProgress: () => {} }));
    for (const path of ['/', '/workflows/wf_1', '/statistics']) {
      const answer = await page.request(path);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(await answer.text()).toContain('<div id="root">');
    }
    expect((await page.request('/assets/gone.js')).status).toBe(404);
  });

  test('I1: at any depth, the page refers to its files so that they are found below any base path', async () => {
    const page = servePage(await buildPage({ onProgress: () => {} }));
    for (const path of ['/', '/ask', '/workflows/wf_1', '/workflows/', '/a/b/c/d', '/a//b']) {
      const text = await (await page.request(path)).text();
      const named = [...text.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, url = '']) => url);
      expect(named.length).toBeGreaterThan(3);
      for (const url of named) {
        const { pathname } = new URL(url, `https://example.com/below/a/path${path}`);
        expect(pathname).toMatch(/^\/below\/a\/path\/(?:assets\/|icon\.svg$|theme\.js$)/);
        const file = await page.request(pathname.replace('/below/a/path', ''));
        expect(file.headers.get('content-type')).not.toContain('text/html');
      }
    }
  });
});
