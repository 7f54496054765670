import { launchBrowser } from '@runtape/e2e';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { openServer, visit } from './open-page.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(() => browser.close());

/** Streams of threads that the server serves now. */
async function openThreads(url: string): Promise<string> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return /^runtape_streams_open\{surface="thread"\} (\d+)$/m.exec(metrics)?.[1] ?? '0';
}

/** As when a person turns to another tab, or back: headless pages all count as looked at. */
async function turnTo(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate((value) => {
    Object.defineProperty(document, 'visibilityState', { value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}

test('F7: a conversation in a tab that nobody looks at holds no connection, and goes on when somebody does', async () => {
  await using server = await openServer();
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${server.url}/ask`);
  await page.getByLabel('Question', { exact: true }).fill('Where are tokens merged?');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/ask/*');
  const streams = () => openThreads(server.url);
  await expect.poll(streams).toBe('1');
  await turnTo(page, 'hidden');
  await expect.poll(streams).toBe('0');
  await turnTo(page, 'visible');
  await page.getByRole('link', { name: 'All about this answer' }).waitFor();
  await expect.poll(streams).toBe('1');
});
