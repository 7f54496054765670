import { launchBrowser } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { Browser, BrowserContext, Page, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { badge, draft, NO_WORKERS, openServer, type OwnServer, visit } from './open-page.ts';
import { record, review, reviewed } from './tapes.ts';

let browser: Browser;
let server: OwnServer;
let log: EventLog;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  server = await openServer(NO_WORKERS);
  log = await openSqliteEventLog({ file: server.db });
});

afterAll(async () => {
  await browser.close();
  await log.close();
  await server[Symbol.asyncDispose]();
});

const API = /\/(?:trpc|api)\//;

/** Requests from a worker cannot be intercepted; without workers the page sends them itself. */
const withoutWorker = (context: BrowserContext) =>
  context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));

/** The random fraction of the maximum delay, fixed. */
const waitsOf = (context: BrowserContext, part: number) =>
  context.addInitScript((random) => {
    Math.random = () => random;
  }, part);

const isStream = (route: Route): boolean =>
  route.request().headers()['accept']?.includes('text/event-stream') === true;

const connection = (page: Page, words: string) =>
  page.locator('article header output').getByText(words, { exact: true });

test('E7, E8: when streams are blocked the page polls, says so, shows everything, and streams again later', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page, context } = at;
  await withoutWorker(context);
  await waitsOf(context, 0.1);
  await page.route(API, (route) =>
    isStream(route) ? route.fulfill({ status: 503, body: '' }) : route.continue(),
  );
  const tape = await record(log, review);
  await page.goto(`${server.url}/workflows/${tape.workflowId}`);
  await connection(page, 'Polling').waitFor();
  await draft(page).getByRole('heading', { name: 'What to do' }).waitFor();
  await page.unroute(API);
  const live = connection(page, 'Live').waitFor();
  // The page also reconnects by itself, which removes the button.
  const clicked = page.getByRole('button', { name: 'Reconnect' }).click();
  await Promise.race([clicked.catch(() => live), live]);
  await live;
  await tape.append(...reviewed);
  await badge(page, 'Completed').waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Reconnect' }).count()).toBe(0);
});

test('C6, E8: a page that has given up says so, keeps its content, and reconnects on request', async ({
  expect,
}) => {
  await using own = await openServer(NO_WORKERS);
  const ownLog = await openSqliteEventLog({ file: own.db });
  await using closing = new AsyncDisposableStack();
  closing.defer(() => ownLog.close());
  await using at = await visit(browser);
  const { page, context } = at;
  await withoutWorker(context);
  await waitsOf(context, 0);
  const tape = await record(ownLog, review);
  await page.goto(`${own.url}/workflows/${tape.workflowId}`);
  await connection(page, 'Live').waitFor();
  await draft(page).getByRole('heading', { name: 'What to do' }).waitFor();
  own.process.kill('SIGKILL');
  await own.process.exited;
  const lost = page.getByRole('alert').filter({ hasText: 'The connection is lost' });
  await lost.getByText('The page shows the last state that it received.').waitFor();
  await connection(page, 'Not connected').waitFor();
  await page.getByRole('region', { name: 'Workflow tape' }).getByText('Not connected').waitFor();
  expect(await draft(page).getByRole('heading', { name: 'What to do' }).count()).toBe(1);
  await using again = await own.restart({});
  expect(again.url).toBe(own.url);
  await lost.getByRole('button', { name: 'Reconnect' }).click();
  await connection(page, 'Live').waitFor();
  await tape.append(...reviewed);
  await badge(page, 'Completed').waitFor();
  expect(await lost.count()).toBe(0);
});

describe.concurrent('while something is loaded', () => {
  /** Delays matching requests until the returned function is called. */
  async function delayRequests(
    page: Page,
    matches: (route: Route) => boolean,
  ): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    await page.route(API, async (route) => {
      if (matches(route)) await promise;
      await route.continue();
    });
    return resolve;
  }
  const asks = (name: string) => (route: Route) => route.request().url().includes(name);

  test.for([
    ['the list', '/', 'Loading workflows', asks('workflow.list')],
    ['the statistics', '/statistics', 'Loading the statistics', asks('statistics')],
    ['a conversation', '/ask/thread-that-is-slow', 'Loading the conversation', isStream],
  ] as const)('E8: %s shows a placeholder', async ([, path, label, matches], { expect }) => {
    await using at = await visit(browser);
    await withoutWorker(at.context);
    const release = await delayRequests(at.page, matches);
    await at.page.goto(server.url + path);
    await at.page.getByLabel(label).waitFor();
    release();
    await expect.poll(() => at.page.getByLabel(label).count()).toBe(0);
  });

  test('E8: a workflow and its events show placeholders', async ({ expect }) => {
    const tape = await record(log, [...review, ...reviewed]);
    await using at = await visit(browser);
    const { page } = at;
    const release = await delayRequests(page, asks('workflow.get'));
    await page.goto(`${server.url}/workflows/${tape.workflowId}`);
    await page.getByLabel('Loading the workflow').waitFor();
    release();
    await badge(page, 'Completed').waitFor();
    expect(await page.getByLabel('Loading the workflow').count()).toBe(0);
    await page.unroute(API);
    const releaseEvents = await delayRequests(page, asks('workflow.events'));
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByLabel('Loading the events').waitFor();
    releaseEvents();
    await page.getByRole('tabpanel').locator('summary').first().waitFor();
    expect(await page.getByLabel('Loading the events').count()).toBe(0);
  });
});
