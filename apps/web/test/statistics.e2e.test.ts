import { launchBrowser } from '@runtape/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  hasAll,
  openServer,
  type OwnServer,
  seriousProblems,
  startSample,
  visit,
} from './open-page.ts';

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

test('D7: shows an empty state, then the outcome of a stream as numbers, charts and tables', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${server.url}/statistics`);
  await page.getByText('No stream has been opened yet.').waitFor();
  await page.getByText(/^Streams of this server since/).waitFor();
  const other = await at.context.newPage();
  await startSample(other, server.url);
  await hasAll(other);
  // The page updates by itself.
  await page.getByRole('heading', { name: 'Streams that ended' }).waitFor();
  await page.getByText('1 completed, 0 disconnected, 0 failed').waitFor();
  await page.getByText('1 completed, 0 failed, 0 cancelled').waitFor();
  await page.getByText('100 %').first().waitFor();
  const charts = page.getByRole('region').filter({ has: page.getByText('Show as a table') });
  await expect.poll(() => charts.count()).toBe(4);
  for (const chart of await charts.all()) {
    await chart.getByText('Show as a table').click();
    await chart.locator('tbody tr').first().waitFor();
  }
  const ended = page.getByRole('table', { name: /^Streams that ended/ });
  await expect.poll(() => ended.locator('td').allInnerTexts()).toEqual(['1', '0', '0']);
  expect(await seriousProblems(page)).toEqual([]);
  expect(at.warnings).toEqual([]);
});

test('D7: the arrow keys move through the values of a chart', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await startSample(page, server.url);
  await hasAll(page);
  // Later the chart has more than one point.
  await page.clock.setSystemTime(Date.now() + 15 * 60_000);
  await page.getByRole('link', { name: 'Statistics' }).click();
  const chart = page.getByRole('region', { name: 'Events per stream' });
  await chart.getByRole('application').focus();
  await page.keyboard.press('ArrowRight');
  const told = chart.getByRole('status');
  await told.getByText('Events per stream').waitFor();
  const first = await told.innerText();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => told.innerText()).not.toBe(first);
});

test('D7: links to the metrics and the API documentation', async () => {
  await using at = await visit(browser);
  await at.page.goto(`${server.url}/statistics`);
  for (const name of ['Metrics for Prometheus', 'API documentation']) {
    const href = await at.page.getByRole('link', { name }).getAttribute('href');
    expect((await fetch(new URL(href ?? '', server.url))).status).toBe(200);
  }
});

test('D7: reports outdated statistics, and has no accessibility problems on a phone in dark mode', async () => {
  await using own = await openServer();
  await using at = await visit(browser);
  const { page } = at;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${own.url}/statistics`);
  await page.getByText('No stream has been opened yet.').waitFor();
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await seriousProblems(page)).toEqual([]);
  own.process.kill('SIGKILL');
  await own.process.exited;
  await page.getByText('These statistics are out of date').waitFor();
});
