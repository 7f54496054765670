import { launchBrowser } from '@runtape/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { SECOND_HEADING, startHeldModel } from './held-model.ts';
import {
  badge,
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

test('A6, E11: the first visit shows an empty list and offers the samples', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  await at.page.getByText('No workflows yet.').waitFor();
  const samples = at.page.getByText('Or try a sample').locator('..').getByRole('button');
  await expect.poll(() => samples.count()).toBe(4);
  expect(await seriousProblems(at.page)).toEqual([]);
  expect(at.warnings).toEqual([]);
});

test('A6, B5: an invalid target shows an error beside the field and starts nothing', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  await at.page.getByLabel('Issue', { exact: true }).fill('nonsense');
  await at.page.keyboard.press('Control+Enter');
  await at.page.getByRole('alert').getByText('"nonsense" is no target').waitFor();
  expect(new URL(at.page.url()).pathname).toBe('/');
  const focused = at.page.getByLabel('Issue', { exact: true });
  await expect.poll(() => focused.evaluate((field) => field === document.activeElement)).toBe(true);
});

test('E8: dark mode is kept after a reload', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  await at.page.getByRole('button', { name: /^Theme/ }).click();
  await at.page.getByRole('button', { name: /^Theme: light/ }).click();
  await at.page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  await at.page.reload();
  await at.page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  const scheme = () => at.page.evaluate(() => getComputedStyle(document.body).colorScheme);
  await expect.poll(scheme).toBe('dark');
  expect(await seriousProblems(at.page)).toEqual([]);
});

test('E9: an unknown workflow explains what may have happened and links elsewhere', async () => {
  await using at = await visit(browser);
  await at.page.goto(`${server.url}/workflows/wf_0123456789abcdef0123`);
  await at.page.getByRole('heading', { name: 'Workflow not found' }).waitFor();
  const reasons = at.page.locator('main');
  await expect.poll(() => reasons.innerText()).toContain('removed 7 days after they end');
  expect(await reasons.innerText()).toContain('The address may be incomplete');
  expect(await seriousProblems(at.page)).toEqual([]);
  await at.page.getByRole('link', { name: 'All workflows' }).click();
  await at.page.getByRole('radio', { name: 'Comment on an issue' }).waitFor();
  expect(new URL(at.page.url()).pathname).toBe('/');
});

test('E8: an unknown address shows a not-found page', async () => {
  await using at = await visit(browser);
  await at.page.goto(`${server.url}/no/such/page`);
  await at.page.getByRole('heading', { name: 'Page not found' }).waitFor();
  await expect.poll(() => at.page.title()).toBe('Not found · Runtape');
});

test('A6, B5: a pasted issue and a folder are enough; a missing folder fails with advice', async () => {
  await using own = await openServer();
  await using at = await visit(browser);
  await at.page.goto(own.url);
  await at.page.getByLabel('Issue', { exact: true }).fill('/no/such/folder');
  await at.page.getByLabel('Issue text').fill('# It breaks\n\nOften.');
  await at.page.getByRole('button', { name: 'Start', exact: true }).click();
  await at.page.waitForURL('**/workflows/wf_*');
  await badge(at.page, 'Failed').waitFor();
  const notice = at.page.getByRole('alert');
  await expect.poll(() => notice.innerText()).toMatch(/Check the path\.\s+folder_not_found/);
  expect(await seriousProblems(at.page)).toEqual([]);
});

test('E1: a review with budget, rounds and model is set up by keyboard; its target is remembered until cleared', async () => {
  await using own = await openServer();
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(own.url);
  await page.getByRole('radio', { name: 'Comment on an issue' }).focus();
  await page.keyboard.press('ArrowRight');
  const review = page.getByRole('radio', { name: 'Review with agents' });
  await expect.poll(() => review.evaluate((item) => item === document.activeElement)).toBe(true);
  await page.keyboard.press('Space');
  await page.getByRole('radio', { name: 'Review with agents', checked: true }).waitFor();
  await page.getByLabel('Issue', { exact: true }).fill('/no/such/folder');
  await page.getByLabel('Issue text').fill('# It breaks');
  await page.getByText('Options').click();
  await page.getByLabel('Budget in US dollars').fill('nothing');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('alert').getByText('A budget must be more than 0').waitFor();
  await page.getByLabel('Budget in US dollars').fill('0.50');
  await page.getByLabel('Rounds').selectOption('1');
  await page.getByLabel('Critic model').fill('runtape-demo');
  expect(await seriousProblems(page)).toEqual([]);
  const asked = page.waitForRequest((request) => request.url().includes('startReview'));
  await page.keyboard.press('Control+Enter');
  expect((await asked).postDataJSON()).toMatchObject({
    0: {
      json: {
        target: { kind: 'local', path: '/no/such/folder', issue: '# It breaks' },
        maxIterations: 1,
        budget: { usd: 0.5 },
        models: { critic: 'runtape-demo' },
      },
    },
  });
  await page.waitForURL('**/workflows/wf_*');
  await page.goto(own.url);
  await page.getByRole('button', { name: '/no/such/folder', exact: true }).click();
  const issue = page.getByLabel('Issue', { exact: true });
  await expect.poll(() => issue.inputValue()).toBe('/no/such/folder');
  await page.getByRole('button', { name: 'Remove /no/such/folder from this list' }).click();
  await page.reload();
  await page.getByRole('listitem').filter({ hasText: 'Review' }).waitFor();
  expect(await page.getByRole('list', { name: 'Recent' }).count()).toBe(0);
});

test('E1: options stay open while a mistake in them is corrected, even before their toggle event arrives', async () => {
  await using at = await visit(browser);
  const { page } = at;
  // As on a busy machine: the browser opens them immediately and sends the toggle event later.
  await page.addInitScript(() =>
    addEventListener('toggle', (event) => event.stopImmediatePropagation(), true),
  );
  await page.goto(server.url);
  await page.getByRole('radio', { name: 'Review with agents' }).click();
  await page.getByLabel('Issue', { exact: true }).fill('acme/app#7');
  await page.getByText('Options').click();
  await page.getByLabel('Budget in US dollars').fill('nothing');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('alert').getByText('A budget must be more than 0').waitFor();
  await page.getByLabel('Budget in US dollars').fill('0.50');
  await page.getByRole('alert').waitFor({ state: 'detached' });
  expect(await page.getByLabel('Rounds').isVisible()).toBe(true);
});

test('D3: a question starts a thread of its own and leads to it', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(server.url);
  await page.getByRole('radio', { name: 'Ask about the code' }).click();
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('alert').getByText('Write a question first').waitFor();
  await page.getByRole('textbox', { name: 'Question' }).fill('Where are tokens merged?');
  const asked = page.waitForRequest((request) => request.url().includes('startQuestion'));
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/ask/*');
  const threadId = new URL(page.url()).pathname.replace('/ask/', '');
  expect((await asked).postDataJSON()).toMatchObject({
    0: { json: { threadId, question: 'Where are tokens merged?', target: { kind: 'sample' } } },
  });
  expect(threadId).toMatch(/^[0-9a-f-]{36}$/);
});

test('E11: the list shows status and watchers live, filtered by the address', async () => {
  await using model = await startHeldModel(SECOND_HEADING);
  await using own = await openServer(model.env);
  await using at = await visit(browser);
  const { page } = at;
  await startSample(page, own.url);
  const list = await at.context.newPage();
  await list.goto(own.url);
  const row = list.getByRole('listitem');
  await row.getByText('Running').waitFor();
  await row.getByText('1 watching').waitFor();
  expect(await seriousProblems(list)).toEqual([]);
  await list.getByLabel('Kind').selectOption('review');
  await list.getByText('No workflows match.').waitFor();
  await expect.poll(() => new URL(list.url()).search).toBe('?kind=review');
  await list.getByLabel('Status').selectOption('running');
  await expect.poll(() => new URL(list.url()).search).toBe('?status=running&kind=review');
  await list.getByRole('button', { name: 'Show all' }).click();
  model.release();
  await row.getByText('Completed').waitFor();
  await expect.poll(() => row.innerText()).toMatch(/tokens\s+\$/);
  await list.locator('output').filter({ hasText: 'Completed:' }).waitFor({ state: 'attached' });
  await list.goto(`${own.url}/?kind=comment&status=completed`);
  await row.getByText('Completed').waitFor();
  expect(at.warnings).toEqual([]);
});

test('E11: a list that cannot be loaded shows an error, and loads once the server is available', async () => {
  await using own = await openServer();
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(own.url);
  await page.getByText('No workflows yet.').waitFor();
  own.process.kill('SIGKILL');
  await own.process.exited;
  await page.getByText('The list could not be loaded').waitFor();
  await using again = await own.restart({});
  expect(again.url).toBe(own.url);
  await page.getByText('No workflows yet.').waitFor();
});
