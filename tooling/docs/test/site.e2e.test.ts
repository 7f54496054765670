import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { createAdaptorServer } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { launchBrowser } from '@runtape/e2e';
import { Hono } from 'hono';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';

const program = join(import.meta.dirname, '../src/main.ts');

let site: string;
let server: ReturnType<typeof createAdaptorServer>;
let url: string;
let browser: Browser;

beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'runtape-docs-'));
  const { NODE_ENV: _, ...env } = process.env;
  await promisify(execFile)(process.execPath, [program, site], { env });
  const app = new Hono();
  app.use(serveStatic({ root: relative(process.cwd(), site) }));
  server = createAdaptorServer({ fetch: app.fetch });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  url = typeof address === 'object' ? `http://127.0.0.1:${address?.port}` : '';
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(async () => {
  await browser.close();
  server.close();
  await rm(site, { recursive: true, force: true });
});

async function openPage(path: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${url}${path}`);
  return page;
}

test('the first page leads to the guides, and shows no error', async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${url}/`);
  await page.getByRole('main').getByRole('link', { name: 'The client' }).click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: 'client' }).waitFor();
  expect(errors).toEqual([]);
  await page.close();
});

test('a search finds the page of an error by its code', async () => {
  const page = await openPage('/');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('searchbox').fill('idempotency_conflict');
  await page.getByRole('listbox').locator('a[href*="/errors/idempotency_conflict"]').click();
  const heading = page.getByRole('heading', { level: 1, name: 'idempotency_conflict' });
  await expect.poll(() => heading.isVisible()).toBe(true);
  await page.close();
});

test('the API reference describes functions, parameters and errors from the docstrings', async () => {
  const page = await openPage('/api/@runtape/client.html');
  await page.getByRole('heading', { name: 'createRuntapeClient()' }).waitFor();
  expect(await page.getByRole('main').innerText()).toContain('The base URL of the server');
  await page.close();
});

test('llms.txt lists every guide, and each page is there as Markdown', async () => {
  const list = await readFile(join(site, 'llms.txt'), 'utf8');
  const paths = [...list.matchAll(/\]\((\/[^)]+\.md)\)/g)].map(([, path = '']) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['/client.md', '/protocol.md', '/api/@runtape/engine.md']),
  );
  for (const path of paths) {
    expect(await readFile(join(site, path), 'utf8')).toMatch(/^#/m);
  }
  expect(await readFile(join(site, 'llms-full.txt'), 'utf8')).toContain('# Architecture');
});
