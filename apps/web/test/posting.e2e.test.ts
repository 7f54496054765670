import { launchBrowser } from '@runtape/e2e';
import { type FakeGitHub, scripted, startFakeGitHub } from '@runtape/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  badge,
  hasAll,
  openServer,
  type OwnServer,
  seriousProblems,
  startSample,
  visit,
} from './open-page.ts';

const first = { owner: 'acme', repo: 'app', issueNumber: 7 };
const second = { ...first, issueNumber: 8 };

let browser: Browser;
let github: FakeGitHub;
let server: OwnServer;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  const files = { 'src/queue.ts': 'export function drainQueue() {\n  return null;\n}\n' };
  const issue = { title: 'drainQueue returns null', body: 'See `drainQueue` in src/queue.ts.' };
  github = await startFakeGitHub({
    repositories: [
      {
        owner: 'acme',
        repo: 'app',
        files,
        issues: [
          { ...issue, number: 7 },
          { ...issue, number: 8 },
        ],
      },
    ],
  });
  server = await openServer({ GITHUB_API_URL: github.url, GITHUB_TOKEN: github.token });
});

afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await github.close();
});

/** Drafts a comment and waits on its page. */
async function drafted(page: Page, issue: string): Promise<void> {
  await page.goto(server.url);
  await page.getByLabel('Issue', { exact: true }).fill(issue);
  await page.keyboard.press('Control+Enter');
  await page.waitForURL('**/workflows/wf_*');
  await hasAll(page);
}

const editor = (page: Page) => page.getByRole('dialog');

test('A7: a draft is edited, previewed and posted after a confirmation; the page links to the comment, even after a reload', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await drafted(page, 'acme/app#7');
  await page.getByRole('button', { name: 'Edit and post' }).click();
  const text = editor(page).getByLabel('Comment as Markdown');
  await expect.poll(() => text.inputValue()).toContain('demo model');
  await text.fill('It is **fixed**, @ada.');
  await editor(page).getByRole('tab', { name: 'Preview' }).click();
  await editor(page).locator('strong, [data-streamdown=strong]').getByText('fixed').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await editor(page).getByRole('button', { name: 'Post …' }).click();
  const question = page.getByRole('alertdialog');
  await question.getByText('Post this comment on acme/app#7?').waitFor();
  await question.getByText('GitHub will notify @ada.').waitFor();
  expect(await question.getByLabel('Comment to post').inputValue()).toBe('It is **fixed**, @ada.');
  expect(await seriousProblems(page)).toEqual([]);
  expect(github.comments(first)).toEqual([]);
  await question.getByRole('button', { name: 'Post on GitHub' }).click();
  const link = page.getByRole('link', { name: 'Posted on GitHub' });
  await link.waitFor();
  const [posted, ...others] = github.comments(first);
  expect(others).toEqual([]);
  expect(posted?.body).toMatch(/^<!-- runtape:wf_\w+ -->\n\nIt is \*\*fixed\*\*, @ada\.$/);
  expect(await link.getAttribute('href')).toContain(`#issuecomment-${posted?.id}`);
  await page.reload();
  await link.waitFor();
  await page.getByRole('button', { name: 'Edit and post' }).waitFor({ state: 'detached' });
  await page.goto(server.url);
  await page.getByText('Posting · acme/app#7').waitFor();
  expect(at.warnings).toEqual([]);
});

test('A7: a comment that GitHub refuses shows the reason, keeps the text, and can be posted again', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await drafted(page, 'acme/app#8');
  github.answer({ method: 'POST', path: '/issues/8/comments' }, scripted.forbidden);
  const post = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Edit and post' }).click();
    await editor(page).getByRole('button', { name: 'Post …' }).click();
    await page.getByRole('button', { name: 'Post on GitHub' }).click();
  };
  await page.getByRole('button', { name: 'Edit and post' }).click();
  await editor(page).getByLabel('Comment as Markdown').fill('Mine.');
  await editor(page).getByRole('button', { name: 'Close' }).click();
  await post();
  await page.getByRole('alert').getByText('write access to issues').waitFor();
  await post();
  await page.getByRole('link', { name: 'Posted on GitHub' }).waitFor();
  expect(github.comments(second).map(({ body }) => body)).toEqual([
    expect.stringMatching(/\n\nMine\.$/),
  ]);
});

test('A7: a draft about a sample can be edited and copied, but not posted', async () => {
  await using own = await openServer();
  await using at = await visit(browser);
  const { page } = at;
  await startSample(page, own.url);
  await badge(page, 'Completed').waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await editor(page).getByLabel('Comment as Markdown').fill('Mine.');
  expect(await editor(page).getByRole('button', { name: /Post/ }).count()).toBe(0);
  await page.keyboard.press('Escape');
  await editor(page).waitFor({ state: 'detached' });
  // The focus returns to where it was, however the editor was closed.
  const edit = page.getByRole('button', { name: 'Edit', exact: true });
  expect(await edit.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await editor(page).getByRole('button', { name: 'Close' }).click();
  await editor(page).waitFor({ state: 'detached' });
  expect(await edit.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.reload();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  const text = editor(page).getByLabel('Comment as Markdown');
  await expect.poll(() => text.inputValue()).toBe('Mine.');
  await editor(page).getByRole('button', { name: 'Reset to the draft' }).click();
  await expect.poll(() => text.inputValue()).toContain('demo model');
});
