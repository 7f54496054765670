import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import {
  freePort,
  launchBrowser,
  type ProgramEnv,
  type ServerProcess,
  startServerProcess,
  temporaryFolder,
} from '@runtape/e2e';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(() => browser.close());

/** A server with a store of its own, and a browser window on it. */
async function open(env: ProgramEnv = {}) {
  const folder = await temporaryFolder();
  const started: ProgramEnv = {
    RUNTAPE_DB: join(folder.path, 'db'),
    PORT: String(await freePort()),
    DEMO_TOKENS_PER_SECOND: '2000',
    LEASE_SECONDS: '1',
    ...env,
  };
  const server = await startServerProcess(started);
  const context = await browser.newContext();
  return {
    server,
    context,
    page: await context.newPage(),
    restart: (more: ProgramEnv): Promise<ServerProcess> =>
      startServerProcess({ ...started, ...more }),
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function startSample(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText('Or try a sample').locator('..').getByRole('button').first().click();
  await page.waitForURL('**/workflows/wf_*');
}

const draft = (page: Page) => page.getByRole('region', { name: 'Draft' });
const badge = (page: Page, word: string) => page.locator('header').getByText(word, { exact: true });

/** What a person with assistive technology could not use; nothing serious is allowed. */
async function seriousProblems(context: BrowserContext, page: Page): Promise<readonly string[]> {
  expect(context.pages()).toContain(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

describe('home', () => {
  test('first visit: says that there is nothing yet and offers the samples', async () => {
    await using at = await open();
    await at.page.goto(at.server.url);
    await at.page.getByText('No workflows yet.').waitFor();
    expect(
      await at.page.getByText('Or try a sample').locator('..').getByRole('button').count(),
    ).toBe(4);
    expect(await seriousProblems(at.context, at.page)).toEqual([]);
  });

  test('a target that is none: what is wrong, beside the field, and nothing starts', async () => {
    await using at = await open();
    await at.page.goto(at.server.url);
    await at.page.getByLabel('Issue', { exact: true }).fill('nonsense');
    await at.page.keyboard.press('Control+Enter');
    await at.page.getByRole('alert').getByText('"nonsense" is no target').waitFor();
    expect(new URL(at.page.url()).pathname).toBe('/');
  });

  test('a pasted issue and a folder are enough; a folder that is not there fails with what to do', async () => {
    await using at = await open();
    await at.page.goto(at.server.url);
    await at.page.getByText('A folder of mine').click();
    await at.page.getByLabel('Issue', { exact: true }).fill('# It breaks\n\nOften.');
    await at.page.getByLabel('Folder').fill('/no/such/folder');
    await at.page.getByRole('button', { name: 'Start' }).click();
    await at.page.waitForURL('**/workflows/wf_*');
    await at.page.getByText('folder_not_found').waitFor();
    await badge(at.page, 'Failed').waitFor();
  });

  test('the list shows workflows that ended, filters them, and leads to them', async () => {
    await using at = await open();
    await startSample(at.page, at.server.url);
    await badge(at.page, 'Completed').waitFor();
    await at.page.getByRole('link', { name: 'Workflows' }).click();
    const row = at.page.getByRole('listitem').filter({ hasText: 'Completed' });
    await row.waitFor();
    await at.page.getByLabel('Status').selectOption('failed');
    await at.page.getByText('No workflow has this status.').waitFor();
    expect(new URL(at.page.url()).search).toBe('?status=failed');
    await at.page.getByLabel('Status').selectOption('');
    await row.getByRole('link').click();
    await badge(at.page, 'Completed').waitFor();
  });
});

describe('workflow', () => {
  test('A6, A8, E8: stages, folded tool calls, and a draft as Markdown with its sources', async () => {
    await using at = await open();
    await startSample(at.page, at.server.url);
    await badge(at.page, 'Completed').waitFor();
    expect(await draft(at.page).getByRole('heading').count()).toBeGreaterThan(1);
    expect(await draft(at.page).getByText('demo model').count()).toBeGreaterThan(0);
    const tool = at.page.getByRole('tabpanel').locator('details').first();
    expect(await tool.getAttribute('open')).toBeNull();
    await tool.locator('summary').click();
    await tool.locator('pre').first().waitFor();
    expect(await draft(at.page).getByText('Sources').count()).toBe(1);
    expect(await seriousProblems(at.context, at.page)).toEqual([]);
  });

  test('A3, E3: a second tab opened in the middle shows all of it, and both end with the same text', async () => {
    await using at = await open({ DEMO_TOKENS_PER_SECOND: '150' });
    await startSample(at.page, at.server.url);
    await draft(at.page).getByRole('heading').nth(1).waitFor();
    const second = await at.context.newPage();
    await second.goto(at.page.url());
    await badge(at.page, 'Completed').waitFor();
    await badge(second, 'Completed').waitFor();
    expect(await draft(second).innerText()).toBe(await draft(at.page).innerText());
  });

  test('a reload in the middle loses nothing', async () => {
    await using at = await open({ DEMO_TOKENS_PER_SECOND: '150' });
    await startSample(at.page, at.server.url);
    await draft(at.page).getByRole('heading').nth(1).waitFor();
    const before = await draft(at.page).getByRole('heading').nth(1).innerText();
    await at.page.reload();
    await draft(at.page).getByRole('heading', { name: before }).waitFor();
    await badge(at.page, 'Completed').waitFor();
  });

  test('F4: cancel keeps the text and ends the workflow', async () => {
    await using at = await open({ DEMO_TOKENS_PER_SECOND: '20' });
    await startSample(at.page, at.server.url);
    await draft(at.page).getByRole('heading').nth(1).waitFor();
    await at.page.getByRole('button', { name: 'Cancel' }).click();
    await badge(at.page, 'Cancelled').waitFor();
    expect(await draft(at.page).getByRole('heading').count()).toBeGreaterThan(1);
    expect(await at.page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  });

  test('B4, C6: the server goes away and comes back while one watches', async () => {
    await using at = await open({ DEMO_TOKENS_PER_SECOND: '20' });
    await startSample(at.page, at.server.url);
    await draft(at.page).getByRole('heading').nth(1).waitFor();
    at.server.process.kill('SIGKILL');
    await at.server.process.exited;
    await at.page.getByText(/^Reconnecting in/).waitFor();
    await using again = await at.restart({ DEMO_TOKENS_PER_SECOND: '2000' });
    expect(again.url).toBe(at.server.url);
    await badge(at.page, 'Completed').waitFor();
    expect(await draft(at.page).getByText('demo model').count()).toBeGreaterThan(0);
  });

  test('E9: an unknown workflow says what may have happened', async () => {
    await using at = await open();
    await at.page.goto(`${at.server.url}/workflows/wf_0123456789abcdef0123`);
    await at.page.getByRole('heading', { name: 'This workflow is not here' }).waitFor();
  });

  test('the events tab shows the log as it is', async () => {
    await using at = await open();
    await startSample(at.page, at.server.url);
    await badge(at.page, 'Completed').waitFor();
    await at.page.getByRole('tab', { name: 'Events' }).click();
    await at.page.getByText('workflow:completed').last().waitFor();
    await at.page.getByLabel('Type').selectOption('workflow:started');
    await at.page.getByRole('tabpanel').locator('summary').first().click();
    await at.page.getByText('"workflow": "commentOnIssue"').waitFor();
  });
});

test('dark mode by the switch stays after a reload', async () => {
  await using at = await open();
  await at.page.goto(at.server.url);
  await at.page.getByRole('button', { name: /^Theme/ }).click();
  await at.page.getByRole('button', { name: /^Theme: light/ }).click();
  await at.page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  await at.page.reload();
  await at.page.getByRole('button', { name: /^Theme: dark/ }).waitFor();
  const background = await at.page.evaluate(() => getComputedStyle(document.body).colorScheme);
  expect(background).toBe('dark');
  expect(await seriousProblems(at.context, at.page)).toEqual([]);
});
