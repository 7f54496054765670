import { launchBrowser } from '@runtape/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  badge,
  draft,
  hasAll,
  openServer,
  type OwnServer,
  seriousProblems,
  tabTo,
  visit,
} from './open-page.ts';

let browser: Browser;
let server: OwnServer;
/** The page of a completed workflow. */
let ended: string;

// Started by keyboard alone, which also shows that this is possible.
beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  server = await openServer();
  await using at = await visit(browser);
  await at.page.goto(server.url);
  await at.page.getByRole('button', { name: 'Disk full' }).waitFor();
  await tabTo(at.page, 'Disk full');
  await at.page.keyboard.press('Enter');
  await at.page.waitForURL('**/workflows/wf_*');
  await hasAll(at.page);
  ended = at.page.url();
});

afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

test('A6, A8, E8: the page shows folded tool calls and a draft as Markdown with its sources', async () => {
  await using at = await visit(browser);
  await at.page.goto(ended);
  await hasAll(at.page);
  await draft(at.page).getByRole('heading').nth(2).waitFor();
  await draft(at.page).getByText('demo model').first().waitFor();
  const tool = at.page.getByRole('tabpanel').locator('li details').first();
  await tool.waitFor();
  expect(await tool.getAttribute('open')).toBeNull();
  await tool.locator('summary').click();
  await tool.getByRole('group', { name: 'What came back' }).waitFor();
  const source = draft(at.page).locator('details').first();
  await source.locator('summary').click();
  const [from] = /\d+(?=–\d+$)/.exec(await source.locator('summary').innerText()) ?? [];
  expect(await source.locator('pre').innerText()).toMatch(new RegExp(`^${from}\t`));
  expect(await seriousProblems(at.page)).toEqual([]);
  expect(at.warnings).toEqual([]);
});

test('E8: the events tab shows the raw log and can be used by keyboard', async () => {
  await using at = await visit(browser);
  await at.page.goto(ended);
  await hasAll(at.page);
  await tabTo(at.page, 'Activity');
  await at.page.keyboard.press('ArrowRight');
  await at.page.getByRole('tab', { name: 'Logs', selected: true }).waitFor();
  await at.page.keyboard.press('ArrowRight');
  await at.page.getByRole('tab', { name: 'Events', selected: true }).waitFor();
  const rows = at.page.getByRole('tabpanel').locator('summary');
  await rows.filter({ hasText: 'workflow:completed' }).waitFor();
  await at.page.getByLabel('Type').selectOption('workflow:started');
  await expect.poll(() => rows.count()).toBe(1);
  await rows.focus();
  await at.page.keyboard.press('Enter');
  const json = await at.page.getByRole('tabpanel').locator('pre').innerText();
  expect(json).toContain('"workflow": "commentOnIssue"');
  expect(await seriousProblems(at.page)).toEqual([]);
});

test('E11: the list shows ended workflows, filters them and links to them', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  const row = at.page.getByRole('listitem').filter({ hasText: 'Completed' });
  await row.waitFor();
  expect(await seriousProblems(at.page)).toEqual([]);
  await at.page.getByLabel('Status').selectOption('failed');
  await at.page.getByText('No workflows match.').waitFor();
  await expect.poll(() => new URL(at.page.url()).search).toBe('?status=failed');
  await at.page.getByLabel('Status').selectOption('');
  await row.getByRole('link').click();
  await badge(at.page, 'Completed').waitFor();
  expect(at.page.url()).toBe(ended);
});

test('F9: a row of the list contains a tiny tape', async () => {
  await using at = await visit(browser);
  await at.page.goto(server.url);
  const row = at.page.getByRole('listitem').filter({ hasText: 'Completed' });
  const bars = row.locator('svg[width="96"] path').nth(1);
  await bars.waitFor({ state: 'attached' });
  await expect.poll(() => bars.getAttribute('d')).toMatch(/v-[1-9]/);
});

test('E8: on a phone nothing is wider than the screen', async () => {
  await using at = await visit(browser);
  await at.page.setViewportSize({ width: 390, height: 844 });
  const width = () => at.page.evaluate(() => document.documentElement.scrollWidth);
  await at.page.goto(server.url);
  await at.page.locator('a[href^="/workflows/"]').first().waitFor();
  await expect.poll(width).toBe(390);
  await at.page.goto(ended);
  await hasAll(at.page);
  await expect.poll(width).toBe(390);
});

// Last, because it leaves a failed workflow in the list.
test('B5: the code of a failure links to a page that explains what to do', async () => {
  await using at = await visit(browser);
  const target = { kind: 'local', path: '/not/here' };
  const answer = await fetch(`${server.url}/api/workflows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ workflow: 'askRepository', input: { question: 'Why?', target } }),
  });
  await at.page.goto(`${server.url}${answer.headers.get('location')?.replace('/api', '')}`);
  const opening = at.context.waitForEvent('page');
  await at.page.getByRole('link', { name: 'folder_not_found' }).click();
  const explained = await opening;
  await explained.getByRole('heading', { name: 'folder_not_found' }).waitFor();
  await explained.getByText('What to do.').waitFor();
  expect(await seriousProblems(explained)).toEqual([]);
  await explained.goto(`${server.url}/api/docs`);
  await explained.getByRole('heading', { name: 'Runtape API' }).waitFor();
  expect(await seriousProblems(explained)).toEqual([]);
  await explained.getByRole('link', { name: 'Runtape', exact: true }).click();
  await explained.getByRole('heading', { level: 1 }).first().waitFor();
  expect(new URL(explained.url()).pathname).toBe('/');
  expect(at.warnings).toEqual([]);
});
