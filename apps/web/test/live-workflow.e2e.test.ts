import { launchBrowser } from '@runtape/e2e';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, inject, test } from 'vitest';
import { type HeldModel, SECOND_HEADING, startHeldModel } from './held-model.ts';
import {
  badge,
  draft,
  hasAll,
  hasBegun,
  openServer,
  type OwnServer,
  draftsOf,
  startSample,
  visit,
} from './open-page.ts';

const WINDOW = { width: 1280, height: 500 };

let browser: Browser;
let model: HeldModel;
let server: OwnServer;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  model = await startHeldModel(SECOND_HEADING);
  server = await openServer(model.env);
});

afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

beforeEach(() => model.hold(SECOND_HEADING));

test('A3, E3: a second tab opened mid-stream shows the whole draft, and both end with the same text', async ({
  expect,
}) => {
  await using at = await visit(browser);
  await startSample(at.page, server.url);
  await hasBegun(at.page);
  const second = await at.context.newPage();
  await second.goto(at.page.url());
  await hasBegun(second);
  model.release();
  await hasAll(at.page);
  await hasAll(second);
  await expect.poll(() => draftsOf([second, at.page])).toHaveLength(1);
  expect(at.warnings).toEqual([]);
});

test('A3: a reload in the middle loses nothing', async ({ expect }) => {
  await using at = await visit(browser);
  await startSample(at.page, server.url);
  await hasBegun(at.page);
  await at.page.reload();
  await hasBegun(at.page);
  model.release();
  await hasAll(at.page);
  const late = await at.context.newPage();
  await late.goto(at.page.url());
  await hasAll(late);
  await expect.poll(() => draftsOf([at.page, late])).toHaveLength(1);
});

test('F4: cancel keeps the text and ends the workflow', async ({ expect }) => {
  await using at = await visit(browser);
  await startSample(at.page, server.url);
  await hasBegun(at.page);
  await at.page.getByRole('button', { name: 'Cancel' }).click();
  await badge(at.page, 'Cancelled').waitFor();
  await at.page.getByText('The text written so far is kept.').waitFor();
  expect(await draft(at.page).getByRole('heading').count()).toBeGreaterThan(2);
  await at.page.getByRole('button', { name: 'Cancel' }).waitFor({ state: 'detached' });
});

test('E14, F4: a pause in the middle keeps the text, and a resume continues to the end', async ({
  expect,
}) => {
  await using at = await visit(browser);
  await startSample(at.page, server.url);
  await hasBegun(at.page);
  await at.page.getByRole('button', { name: 'Pause' }).click();
  await badge(at.page, 'Paused').waitFor();
  const text = await draft(at.page).innerText();
  expect(await draft(at.page).getByRole('heading').count()).toBeGreaterThan(2);
  await at.page.reload();
  await badge(at.page, 'Paused').waitFor();
  await expect.poll(() => draft(at.page).innerText()).toBe(text);
  model.release();
  await at.page.getByRole('button', { name: 'Resume' }).click();
  await hasAll(at.page);
  await at.page.getByRole('button', { name: /Pause|Resume/ }).waitFor({ state: 'detached' });
  expect(at.warnings).toEqual([]);
});

test('E8: the view follows the draft while the reader is at its end, and stays where they scroll to', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page } = at;
  await page.setViewportSize(WINDOW);
  await startSample(page, server.url);
  await hasBegun(page);
  let lines = 0;
  /** Lets the model write line by line until the page is higher than this, in pixels. */
  const growsTo = async (height: number): Promise<void> => {
    const more = async (): Promise<number> => {
      lines += 1;
      model.hold(new RegExp(`(.*\\n){${lines}}`));
      return await heightOf(page);
    };
    await expect.poll(more, { interval: 200 }).toBeGreaterThan(height);
  };
  const hasGrown = async (by: number): Promise<void> => growsTo((await heightOf(page)) + by);
  await growsTo(600);
  expect(await scrolled(page)).toBe(0);
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await hasGrown(150);
  await expect.poll(() => tailOf(page)).toBeLessThanOrEqual(WINDOW.height);
  const before = await scrolled(page);
  await page.mouse.move(300, 250);
  await page.mouse.wheel(0, -300);
  await expect.poll(() => scrolled(page)).toBeLessThan(before);
  const place = await scrolledTo(page);
  await hasGrown(60);
  expect(await scrolled(page)).toBe(place);
});

test('B4, C6: the page catches up after the server is killed and restarted', async ({ expect }) => {
  await using own = await openServer({ ...model.env, LEASE_SECONDS: '3' });
  await using at = await visit(browser);
  await startSample(at.page, own.url);
  await hasBegun(at.page);
  own.process.kill('SIGKILL');
  await own.process.exited;
  await at.page.getByText(/^Reconnecting in/).waitFor();
  model.release();
  await using again = await own.restart({});
  expect(again.url).toBe(own.url);
  await hasAll(at.page);
  const late = await at.context.newPage();
  await late.goto(at.page.url());
  await hasAll(late);
  await expect.poll(() => draftsOf([at.page, late])).toHaveLength(1);
});

const scrolled = (page: Page) => page.evaluate(() => window.scrollY);

/** Returns the scroll position once it has been the same for twenty frames. */
const scrolledTo = (page: Page) =>
  page.evaluate(async () => {
    for (let still = 0, at = window.scrollY; still < 20; still += 1) {
      await new Promise(requestAnimationFrame);
      if (window.scrollY !== at) still = 0;
      at = window.scrollY;
    }
    return window.scrollY;
  });

async function heightOf(page: Page): Promise<number> {
  return (await draft(page).boundingBox())?.height ?? 0;
}

/** Returns the distance of the draft's end from the top of the window. */
async function tailOf(page: Page): Promise<number> {
  const box = await draft(page).boundingBox();
  if (box === null) throw new Error('There is no draft.');
  return box.y + box.height;
}
