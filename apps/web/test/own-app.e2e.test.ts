import { launchBrowser } from '@runtape/e2e';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { badge, seriousProblems, visit } from './open-page.ts';
import { ping, startOwnApp } from './own-app.ts';

let browser: Browser;
let app: Awaited<ReturnType<typeof startOwnApp>>;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  app = await startOwnApp({ basePath: '/below' });
});

afterAll(async () => {
  await browser.close();
  await app[Symbol.asyncDispose]();
});

const PRODUCT_WORDS = /\b(?:ask|sample|issue|github|repository|draft)\b/i;
const startForm = (page: Page) => page.getByRole('form', { name: 'Start Write a feed' });

async function fillFeed(page: Page): Promise<void> {
  const form = startForm(page);
  await form.getByLabel('topic').fill('tapes');
  await form.getByLabel('isDraft').selectOption('Yes');
}

test('E11: an app of one’s own lists its workflows, with nothing of the product', async () => {
  await using at = await visit(browser);
  await at.page.goto(`${app.url}/`);
  await at.page.getByRole('radio', { name: 'Write a feed', checked: true }).waitFor();
  await at.page.getByText('No workflows yet. Start one above.').waitFor();
  const words = (await at.page.locator('body').innerText()).replaceAll('isDraft', '');
  expect(words).not.toMatch(PRODUCT_WORDS);
  const kinds = await at.page.getByLabel('Kind').locator('option').allInnerTexts();
  expect(kinds).toEqual(['All', 'writeFeed', 'ping']);
  expect(await seriousProblems(at.page)).toEqual([]);
  await at.page.goto(`${app.url}/ask`);
  await at.page.getByRole('heading', { name: 'Page not found' }).waitFor();
  expect(at.warnings).toEqual([]);
});

test('B5, E8: mistakes are shown beside their fields, and the first one gets the focus', async () => {
  await using at = await visit(browser, { colorScheme: 'dark' });
  const { page } = at;
  await page.goto(`${app.url}/`);
  const form = startForm(page);
  await form.getByLabel('topic').fill('ab');
  await form.getByLabel('count (optional)').fill('21.5');
  await form.getByLabel('Include author').check();
  await form.getByLabel('homepage (optional)').fill('nowhere');
  await form.getByLabel('options (optional)').fill('{"a": }');
  await form.getByRole('button', { name: 'Add to tags' }).click();
  await page.keyboard.press('Control+Enter');
  await form.getByText('7 fields need a change.').waitFor();
  const hintOf = (label: string) =>
    form.getByLabel(label, { exact: true }).evaluate((field) => {
      const id = field.getAttribute('aria-describedby') ?? '';
      return [field.getAttribute('aria-invalid'), document.getElementById(id)?.textContent];
    });
  expect(await hintOf('topic')).toEqual(['true', 'Write at least 3 characters.']);
  expect(await hintOf('count (optional)')).toEqual(['true', 'Enter a whole number.']);
  expect(await hintOf('isDraft')).toEqual(['true', 'Choose one.']);
  expect(await hintOf('tags 1')).toEqual(['true', 'Fill this in.']);
  expect(await hintOf('name')).toEqual(['true', 'Fill this in.']);
  expect(await hintOf('homepage (optional)')).toEqual([
    'true',
    'Enter a whole URL, such as https://example.com.',
  ]);
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'));
  await expect.poll(focused).toBe('true');
  expect(await seriousProblems(page)).toEqual([]);
  expect(new URL(page.url()).pathname).toBe('/below/');
});

test('E8, F9, G2: a workflow shows its own events, state, text and result, also at a past moment', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${app.url}/`);
  await fillFeed(page);
  const sent = page.waitForRequest((request) => request.url().includes('/trpc/start'));
  await page.keyboard.press('Control+Enter');
  expect((await sent).postDataJSON()).toMatchObject({
    0: {
      json: {
        workflow: 'writeFeed',
        input: { topic: 'tapes', count: 3, threshold: null, tone: 'calm', isDraft: true },
      },
    },
  });
  await page.waitForURL('**/below/workflows/wf_*');
  await badge(page, 'Completed').waitFor();
  await page.getByRole('heading', { name: 'A feed about tapes' }).waitFor();
  const state = page.getByRole('region', { name: 'State' });
  await state.getByText('reviews: 1').waitFor();
  await state.getByText('items: ').click();
  await state.getByText('tapes 3 <b>bold</b>').waitFor();
  await page.getByRole('region', { name: 'introduction' }).getByText('Items about').waitFor();
  await page.getByRole('region', { name: 'Result' }).getByText('items: 3').waitFor();
  await page.getByText('Input', { exact: true }).click();
  await page.getByText('topic: "tapes"').waitFor();
  const activity = page.getByRole('tabpanel', { name: 'Activity' });
  await activity.getByText('item.added').waitFor();
  await page.getByRole('list', { name: 'Legend of the tape' }).getByText('item.added').waitFor();
  expect(await seriousProblems(page)).toEqual([]);

  await page.getByRole('tab', { name: 'Events' }).click();
  const events = page.getByRole('tabpanel', { name: 'Events' });
  await events.getByLabel('Type').selectOption('item.added');
  await events.getByText('item.added', { exact: true }).nth(2).click();
  await events.getByText('title: "tapes').first().waitFor();
  expect(await page.locator('b').count()).toBe(0);
  const second = events.locator('summary').filter({ hasText: 'tapes 2' });
  const id = /[a-z0-9]+-\d+/.exec(await second.innerText())?.[0] ?? '';
  await page.goto(`${page.url().split('?')[0]}?at=${id}`);
  await page
    .getByText(/As it was at/)
    .first()
    .waitFor();
  await state.getByText('reviews: 0').waitFor();
  await state.getByText('items: ').click();
  await state.getByText('tapes 2 <b>bold</b>').waitFor();
  expect(await state.getByText('tapes 3').count()).toBe(0);
  const words = await page.locator('body').innerText();
  expect(words.replaceAll('isDraft', '')).not.toMatch(PRODUCT_WORDS);
  expect(at.warnings).toEqual([]);
});

test('E8: the only workflow of an app needs no choice, and an unknown one says so', async () => {
  await using own = await startOwnApp({ workflows: [ping] });
  await using at = await visit(browser, { viewport: { width: 390, height: 844 } });
  const { page } = at;
  await page.goto(own.url);
  await page.getByText('It takes no input.').waitFor();
  expect(await page.getByRole('radio').count()).toBe(0);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.waitForURL('**/workflows/wf_*');
  await page.getByRole('region', { name: 'Result' }).getByText('answer: "pong"').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  expect(at.warnings).toEqual([]);
});
