import { launchBrowser } from '@runtape/e2e';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, inject, test } from 'vitest';
import { badge, NO_WORKERS, openServer, visit } from './open-page.ts';
import { record, review, reviewed } from './tapes.ts';

const READING_EVENTS = /\/trpc\/[^?]*workflow\.events/;

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(async () => {
  await browser.close();
});

const dock = (page: Page) => page.getByRole('region', { name: 'Workflow tape' });
const connection = (page: Page, words: RegExp) =>
  page.locator('article header output').filter({ hasText: words });

async function eventsOnTape(page: Page): Promise<number> {
  const said = await page.getByRole('slider', { name: 'Tape' }).getAttribute('aria-valuemax');
  return Number(said);
}

test('F9, B4: the tape stays complete when the server is killed and restarted', async ({
  expect,
}) => {
  await using own = await openServer(NO_WORKERS);
  const log = await openSqliteEventLog({ file: own.db });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => log.close());
  const testLog = await record(log, review);
  await using at = await visit(browser);
  const { page } = at;
  // The server stops just when the log is requested.
  await page.route(READING_EVENTS, (route) => route.abort('connectionrefused'));
  await page.goto(`${own.url}/workflows/${testLog.workflowId}`);
  await dock(page).getByText('The tape could not be read.').waitFor();
  await dock(page).getByText('The server cannot be reached.').waitFor();
  await dock(page).getByText('Live', { exact: true }).waitFor();
  own.process.kill('SIGKILL');
  await own.process.exited;
  await connection(page, /^Reconnecting in/).waitFor();
  await dock(page).getByText('Reconnecting', { exact: true }).waitFor();
  await page.unroute(READING_EVENTS);
  await using again = await own.restart({});
  expect(again.url).toBe(own.url);
  await expect.poll(() => eventsOnTape(page)).toBe(testLog.tail);
  await testLog.append(...reviewed);
  await badge(page, 'Completed').waitFor();
  await expect.poll(() => eventsOnTape(page)).toBe(testLog.tail);
  await dock(page).getByText(`${testLog.tail} events in`).waitFor();
});
