import { launchBrowser } from '@runtape/e2e';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { countStreams, type StreamCounter } from './count-streams.ts';
import {
  badge,
  draft,
  hasAll,
  hasBegun,
  openServer,
  type OwnServer,
  startSample,
  visit,
} from './open-page.ts';

const TABS = 12;
/** Slow enough that every tab is there while it is drafted. */
const SLOW = { DEMO_TOKENS_PER_SECOND: '12' };

let browser: Browser;
let server: OwnServer;
let counter: StreamCounter;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  server = await openServer(SLOW);
  counter = await countStreams(server.url);
});

afterAll(async () => {
  await browser.close();
  await counter[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** As in a browser that has none. */
async function withoutSharedWorker(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
}

/** Opens as many tabs as a browser opens connections twice over, on two workflows that run. */
async function openTabs(context: BrowserContext, first: Page): Promise<Page[]> {
  const second = await context.newPage();
  await startSample(first, counter.url);
  await startSample(second, counter.url);
  const urls = [first.url(), second.url()];
  const tabs = [first, second];
  while (tabs.length < TABS) {
    const tab = await context.newPage();
    await tab.goto(urls[tabs.length % 2] ?? counter.url);
    tabs.push(tab);
  }
  return tabs;
}

const isLive = (page: Page) => badge(page, 'Live').waitFor();

describe.each([
  ['a worker', async () => {}],
  ['a leading tab', withoutSharedWorker],
] as const)('F7: twelve tabs on HTTP/1.1, one stream, held by %s', (_name, prepare) => {
  test('all are live, a mutation gets through, and all see the end', async ({ expect }) => {
    await using at = await visit(browser);
    await prepare(at.context);
    const tabs = await openTabs(at.context, at.page);
    await Promise.all(tabs.map(isLive));
    await Promise.all(tabs.map(hasBegun));
    await expect.poll(() => counter.open).toBe(1);
    for (const [index, tab] of tabs.slice(0, 2).entries()) {
      await tab.bringToFront();
      await tab.getByRole('button', { name: 'Cancel' }).click();
      const others = tabs.filter((_, other) => other % 2 === index);
      await Promise.all(others.map((other) => badge(other, 'Cancelled').waitFor()));
      const texts = await Promise.all(others.map((other) => draft(other).innerText()));
      expect(new Set(texts).size).toBe(1);
    }
    await expect.poll(() => counter.open).toBe(0);
    // While it is opened again for another workflow, the server may not know yet that the one before was left.
    expect(counter.most).toBeLessThanOrEqual(2);
    expect(at.complaints).toEqual([]);
  });
});

test('F7: the tab that leads crashes, and the others go on where they were', async ({ expect }) => {
  await using own = await openServer({ DEMO_TOKENS_PER_SECOND: '60' });
  await using counted = await countStreams(own.url);
  await using at = await visit(browser);
  await withoutSharedWorker(at.context);
  await startSample(at.page, counted.url);
  await hasBegun(at.page);
  const others = [await at.context.newPage(), await at.context.newPage()];
  for (const other of others) {
    await other.goto(at.page.url());
    await isLive(other);
  }
  const crashed = at.page.waitForEvent('crash');
  const session = await at.context.newCDPSession(at.page);
  // Never answered: there is nobody left to answer.
  session.send('Page.crash').catch(() => {});
  await crashed;
  await Promise.all(others.map(hasAll));
  const late = await at.context.newPage();
  await late.goto(others[0]?.url() ?? '');
  await hasAll(late);
  for (const other of others) {
    expect(await draft(other).innerText()).toBe(await draft(late).innerText());
  }
  expect(counted.most).toBeLessThanOrEqual(2);
});
