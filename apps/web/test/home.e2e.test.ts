import { gzipSync } from 'node:zlib';
import { launchBrowser } from '@runtape/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { badge, openServer, type OwnServer, seriousProblems, visit } from './open-page.ts';

const FIRST_LOAD_BYTES = 200_000;

let browser: Browser;
let server: OwnServer;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  server = await openServer();
});

afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test('first visit: says that there is nothing yet and offers the samples', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  await at.page.getByText('No workflows yet.').waitFor();
  const samples = at.page.getByText('Or try a sample').locator('..').getByRole('button');
  expect(await samples.count()).toBe(4);
  expect(await seriousProblems(at.page)).toEqual([]);
  expect(at.complaints).toEqual([]);
});

test('the first load is under 200 KB of scripts and styles, gzipped', async () => {
  await using at = await visit(browser);
  const loads: Promise<Buffer>[] = [];
  at.page.on('response', (response) => {
    if (/\.(?:js|css)$/.test(new URL(response.url()).pathname)) loads.push(response.body());
  });
  await at.page.goto(server.url, { waitUntil: 'networkidle' });
  const sizes = (await Promise.all(loads)).map((body) => gzipSync(body).byteLength);
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(FIRST_LOAD_BYTES);
});

test('a target that is none: what is wrong, beside the field, and nothing starts', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  await at.page.getByLabel('Issue', { exact: true }).fill('nonsense');
  await at.page.keyboard.press('Control+Enter');
  await at.page.getByRole('alert').getByText('"nonsense" is no target').waitFor();
  expect(new URL(at.page.url()).pathname).toBe('/');
  const focused = at.page.getByLabel('Issue', { exact: true });
  expect(await focused.evaluate((field) => field === document.activeElement)).toBe(true);
});

test('dark mode by the switch stays after a reload', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  await at.page.getByRole('button', { name: /^Theme/ }).click();
  await at.page.getByRole('button', { name: /^Theme: light/ }).click();
  await at.page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  await at.page.reload();
  await at.page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  const scheme = await at.page.evaluate(() => getComputedStyle(document.body).colorScheme);
  expect(scheme).toBe('dark');
  expect(await seriousProblems(at.page)).toEqual([]);
});

test('E9: an unknown workflow says what may have happened, and leads on', async () => {
  await using at = await visit(browser);
  await at.page.goto(`${server.url}/workflows/wf_0123456789abcdef0123`);
  await at.page.getByRole('heading', { name: 'This workflow is not here' }).waitFor();
  expect(await at.page.locator('main').innerText()).toContain('removed some time after it ended');
  await at.page.getByRole('link', { name: 'All workflows' }).click();
  await at.page.getByRole('heading', { name: 'Comment on an issue' }).waitFor();
  expect(new URL(at.page.url()).pathname).toBe('/');
});

test('an address that is none says so', async () => {
  await using at = await visit(browser);
  await at.page.goto(`${server.url}/no/such/page`);
  await at.page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  expect(await at.page.title()).toBe('Not found · Runtape');
});

test('a pasted issue and a folder are enough; a folder that is not there fails with what to do', async () => {
  await using own = await openServer();
  await using at = await visit(browser);
  await at.page.goto(own.url);
  await at.page.getByText('A folder of mine').click();
  await at.page.getByLabel('Issue', { exact: true }).fill('# It breaks\n\nOften.');
  await at.page.getByLabel('Folder').fill('/no/such/folder');
  await at.page.getByRole('button', { name: 'Start', exact: true }).click();
  await at.page.waitForURL('**/workflows/wf_*');
  await badge(at.page, 'Failed').waitFor();
  const notice = await at.page.getByRole('alert').innerText();
  expect(notice).toMatch(/Check the path\.\s+folder_not_found/);
  expect(await seriousProblems(at.page)).toEqual([]);
});
