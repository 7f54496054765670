import { launchBrowser } from '@runtape/e2e';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, inject, test } from 'vitest';
import { countStreams, type StreamCounter } from './count-streams.ts';
import { type HeldModel, SECOND_HEADING, startHeldModel } from './held-model.ts';
import {
  badge,
  hasAll,
  hasBegun,
  openServer,
  type OwnServer,
  draftsOf,
  startSample,
  visit,
} from './open-page.ts';

const TABS = 12;
/** Opening so many tabs takes long on a busy machine. */
const BUSY_MS = 120_000;

let browser: Browser;
let model: HeldModel;
let server: OwnServer;
let counter: StreamCounter;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  model = await startHeldModel(SECOND_HEADING);
  server = await openServer(model.env);
  counter = await countStreams(server.url);
});

afterAll(async () => {
  await browser.close();
  await counter[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

beforeEach(() => model.hold(SECOND_HEADING));

/** As in a browser without shared workers. */
async function withoutSharedWorker(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'SharedWorker'));
}

/**
 * As in a browser that stores nothing for the page: the storage exists, but throws.
 */
async function withoutStorage(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const refuse = (): never => {
      throw new DOMException('The document has no access to it.', 'SecurityError');
    };
    const refused = { get: refuse, configurable: true };
    Object.defineProperty(globalThis, 'localStorage', refused);
    Object.defineProperty(globalThis, 'sessionStorage', refused);
    LockManager.prototype.request = async () => refuse();
    for (const name of ['SharedWorker', 'BroadcastChannel']) {
      Object.defineProperty(globalThis, name, { value: refuse, configurable: true });
    }
  });
}

/** The code for leader tabs cannot be loaded, because the server has a newer page. */
async function withoutParts(context: BrowserContext): Promise<void> {
  await withoutSharedWorker(context);
  await context.route(/leader-port/, (route) => route.fulfill({ status: 404 }));
}

/** A workflow that is held in the middle of its draft until all tabs are open. */
async function startPaused(page: Page, url: string): Promise<void> {
  await startSample(page, url);
  await hasBegun(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await badge(page, 'Paused').waitFor();
}

/** Opens a workflow in more tabs, and waits until all of them follow it. */
async function openTabs(context: BrowserContext, url: string, count: number): Promise<Page[]> {
  const tabs: Page[] = [];
  while (tabs.length < count) {
    const tab = await context.newPage();
    await tab.goto(url);
    await badge(tab, 'Paused').waitFor();
    await badge(tab, 'Live').waitFor();
    tabs.push(tab);
  }
  return tabs;
}

async function resume(page: Page): Promise<void> {
  await page.bringToFront();
  await page.getByRole('button', { name: 'Resume' }).click();
}

const QUESTIONS = ['Where are neighbouring tokens merged?', 'Who reads them?'];
const FOLLOW_UP = 'And then?';

async function ask(page: Page, question: string): Promise<void> {
  await page.bringToFront();
  await page.getByLabel('Question', { exact: true }).fill(question);
  await page.keyboard.press('Enter');
}

const turn = (page: Page, question: string) =>
  page.getByRole('article', { name: `Question: ${question}` });

/** Starts a conversation with a question, and opens it in this many tabs. */
async function openConversation(
  context: BrowserContext,
  question: string,
  count: number,
): Promise<Page[]> {
  const first = await context.newPage();
  await first.goto(`${counter.url}/ask`);
  await ask(first, question);
  await first.waitForURL('**/ask/*');
  const tabs = [first];
  while (tabs.length < count) {
    const tab = await context.newPage();
    await tab.goto(first.url());
    tabs.push(tab);
  }
  await Promise.all(tabs.map((tab) => turn(tab, question).waitFor()));
  return tabs;
}

async function isAnswered(page: Page, question: string): Promise<void> {
  await turn(page, question).getByRole('link', { name: 'View the workflow' }).waitFor();
  await turn(page, question).locator('[data-streamdown]').first().waitFor();
}

/** Returns the different texts of the tabs. */
async function textsOf(places: readonly Locator[]): Promise<readonly string[]> {
  return [...new Set(await Promise.all(places.map((place) => place.innerText())))];
}

describe.each([
  ['a worker', async () => {}],
  ['a leading tab', withoutSharedWorker],
] as const)('F7: twelve tabs on HTTP/1.1, one stream, held by %s', (_name, prepare) => {
  test(
    'C4: workflows and conversations are live and complete in every tab, and mutations get through',
    { timeout: 5 * BUSY_MS },
    async ({ expect }) => {
      await using at = await visit(browser);
      at.context.setDefaultTimeout(BUSY_MS);
      await prepare(at.context);
      const second = await at.context.newPage();
      const groups: Page[][] = [];
      for (const first of [at.page, second]) {
        await startPaused(first, counter.url);
        groups.push([first, ...(await openTabs(at.context, first.url(), TABS / 3 - 1))]);
      }
      const conversations: Page[][] = [];
      for (const question of QUESTIONS) {
        conversations.push(await openConversation(at.context, question, TABS / 6));
      }
      expect([...groups, ...conversations].flat()).toHaveLength(TABS);
      await expect.poll(() => counter.open, { timeout: BUSY_MS }).toBe(1);
      model.release();
      for (const tabs of groups) {
        await resume(tabs[0] ?? at.page);
        await Promise.all(tabs.map(hasAll));
        await expect.poll(() => draftsOf(tabs)).toHaveLength(1);
      }
      for (const [index, tabs] of conversations.entries()) {
        const asked = QUESTIONS[index] ?? '';
        await Promise.all(tabs.map((tab) => isAnswered(tab, asked)));
        // A conversation does not end: all of its tabs receive the next question.
        await ask(tabs[0] ?? at.page, FOLLOW_UP);
        await Promise.all(tabs.map((tab) => isAnswered(tab, FOLLOW_UP)));
        const answers = tabs.map((tab) => turn(tab, FOLLOW_UP).locator('.draft'));
        await expect.poll(() => textsOf(answers), { timeout: BUSY_MS }).toHaveLength(1);
      }
      // The shared stream is opened again for the remaining subscriptions.
      await expect.poll(() => counter.open, { timeout: BUSY_MS }).toBe(1);
      for (const tab of conversations.flat()) await tab.close();
      await expect.poll(() => counter.open, { timeout: BUSY_MS }).toBe(0);
      // The shared stream is reopened whenever a subscription starts or ends, and a busy server may
      // not have noticed yet that earlier ones are closed. A browser opens six connections: with a
      // stream per tab, none would be left for a mutation.
      expect(counter.max).toBeLessThan(6);
      expect(at.warnings).toEqual([]);
    },
  );
});

test(
  'F7: when the leading tab crashes, the others continue where they were',
  { timeout: 5 * BUSY_MS },
  async ({ expect }) => {
    await using at = await visit(browser);
    at.context.setDefaultTimeout(BUSY_MS);
    await withoutSharedWorker(at.context);
    await startPaused(at.page, counter.url);
    const others = await openTabs(at.context, at.page.url(), 2);
    const crashed = at.page.waitForEvent('crash');
    const session = await at.context.newCDPSession(at.page);
    // Never answered, because no tab is left to answer.
    session.send('Page.crash').catch(() => {});
    await crashed;
    const [other = at.page] = others;
    model.release();
    await resume(other);
    await Promise.all(others.map(hasAll));
    const late = await at.context.newPage();
    await late.goto(other.url());
    await hasAll(late);
    await expect.poll(() => draftsOf([...others, late])).toHaveLength(1);
  },
);

test.for([
  ['stores nothing for the page', withoutStorage],
  ['has an old page, whose scripts are gone', withoutParts],
] as const)(
  'F7: a browser that %s still shows a workflow live in each tab',
  { timeout: 5 * BUSY_MS },
  async ([, prepare], { expect }) => {
    await using at = await visit(browser);
    at.context.setDefaultTimeout(BUSY_MS);
    await prepare(at.context);
    await startPaused(at.page, counter.url);
    const others = await openTabs(at.context, at.page.url(), 1);
    model.release();
    await resume(at.page);
    await Promise.all([at.page, ...others].map(hasAll));
    await expect.poll(() => draftsOf([at.page, ...others])).toHaveLength(1);
  },
);
