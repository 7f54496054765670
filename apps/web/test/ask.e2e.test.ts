import { launchBrowser } from '@runtape/e2e';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, inject, test } from 'vitest';
import { z } from 'zod';
import { type HeldModel, SECOND_ITEM, startHeldModel } from './held-model.ts';
import { openServer, type OwnServer, seriousProblems, visit } from './open-page.ts';

const QUESTION = 'Where are neighbouring tokens merged?';
const FOLLOW_UP = 'And who reads them?';

let browser: Browser;
/** A server that answers immediately. */
let quick: OwnServer;
let model: HeldModel;
/** A server whose answers are held by the model. */
let held: OwnServer;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  model = await startHeldModel(SECOND_ITEM);
  [quick, held] = await Promise.all([openServer(), openServer(model.env)]);
});

afterAll(async () => {
  await browser.close();
  await Promise.all([quick, held].map((server) => server[Symbol.asyncDispose]()));
  await model[Symbol.asyncDispose]();
});

beforeEach(() => model.hold(SECOND_ITEM));

const box = (page: Page) => page.getByLabel('Question', { exact: true });
const turn = (page: Page, question: string) =>
  page.getByRole('article', { name: `Question: ${question}` });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop' });

async function ask(page: Page, question: string): Promise<void> {
  await box(page).fill(question);
  await page.keyboard.press('Enter');
}

/** Starts a conversation with a question. */
async function begin(page: Page, url: string, question = QUESTION): Promise<void> {
  await page.goto(`${url}/ask`);
  await ask(page, question);
  await page.waitForURL('**/ask/*');
}

/** Waits until a part of the answer is there. */
async function hasBegun(page: Page, question = QUESTION): Promise<void> {
  await turn(page, question).locator('.draft li').first().waitFor();
}

async function isAnswered(page: Page, question = QUESTION): Promise<void> {
  await turn(page, question).getByRole('link', { name: 'View the workflow' }).waitFor();
  await turn(page, question).locator('[data-streamdown]').first().waitFor();
}

const textOf = (page: Page) => turn(page, QUESTION).locator('.draft').innerText();

test('D5: a question goes through its stages to an answer with sources that unfold, and links to its workflow and back', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page } = at;
  await begin(page, quick.url);
  await isAnswered(page);
  await turn(page, QUESTION).getByText('How it was answered').click();
  const stages = turn(page, QUESTION).getByRole('list', { name: 'Stages' });
  const said = await stages.getByRole('listitem').allInnerTexts();
  expect(said.length).toBeGreaterThan(6);
  expect(said.at(-1)).toContain('The answer is ready');
  const source = turn(page, QUESTION).locator('details', { hasText: 'join-tokens.ts:' }).first();
  await source.locator('summary').click();
  expect(await source.locator('pre').innerText()).toMatch(/^\d+\t/);
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('link', { name: 'View the workflow' }).click();
  await page.waitForURL('**/workflows/wf_*');
  await page.getByRole('heading', { name: QUESTION }).waitFor();
  await page.getByRole('link', { name: 'View the conversation' }).click();
  await page.waitForURL('**/ask/*');
  await isAnswered(page);
  expect(at.warnings).toEqual([]);
});

test('C4: a reload and another tab show the same conversation as it grows', async ({ expect }) => {
  await using at = await visit(browser);
  await begin(at.page, held.url);
  await hasBegun(at.page);
  const second = await at.context.newPage();
  await second.goto(at.page.url());
  await hasBegun(second);
  await at.page.reload();
  await hasBegun(at.page);
  model.release();
  await isAnswered(at.page);
  await isAnswered(second);
  expect(await textOf(second)).toBe(await textOf(at.page));
  expect(at.warnings).toEqual([]);
});

test('D5, F4: stopping keeps the text in every tab, and asking again starts a new answer', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page } = at;
  await begin(page, held.url);
  await hasBegun(page);
  const second = await at.context.newPage();
  await second.goto(page.url());
  await stop(page).click();
  for (const tab of [page, second]) {
    const stopped = turn(tab, QUESTION).first();
    await stopped.getByText('The text written so far is kept.').waitFor();
    await stopped.locator('.draft li').first().waitFor();
    await stop(tab).waitFor({ state: 'detached' });
  }
  await second.getByRole('button', { name: 'Ask again' }).click();
  await turn(page, QUESTION).nth(1).locator('.draft').waitFor();
  await page.getByRole('button', { name: 'Ask again' }).waitFor({ state: 'detached' });
  await stop(page).click();
  await turn(second, QUESTION).nth(1).getByText('is kept.').waitFor();
  expect(at.warnings).toEqual([]);
});

test('D5: a follow-up includes the previous question and answer', async ({ expect }) => {
  await using at = await visit(browser);
  const { page } = at;
  await begin(page, quick.url);
  await isAnswered(page);
  const sent = page.waitForRequest((request) => request.url().includes('startQuestion'));
  await ask(page, FOLLOW_UP);
  const inputSchema = z.object({
    history: z.array(z.object({ question: z.string(), answer: z.string() })),
    threadId: z.string(),
  });
  const body: unknown = (await sent).postDataJSON();
  const { history, threadId } = z
    .object({ 0: z.object({ json: inputSchema }) })
    .parse(body)[0].json;
  expect(history).toMatchObject([{ question: QUESTION }]);
  expect(history[0]?.answer).toContain('join-tokens.ts');
  expect(page.url()).toContain(threadId);
  await isAnswered(page, FOLLOW_UP);
});

test('D5: a failure shows its reason and offers to ask again', async ({ expect }) => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${quick.url}/ask`);
  await page.getByLabel('What the question is about').selectOption('A folder');
  await ask(page, QUESTION);
  await page.getByRole('alert').getByText('Enter the full path of the folder.').waitFor();
  await page.getByLabel('Folder').fill('/no/such/folder');
  await ask(page, QUESTION);
  const notice = turn(page, QUESTION).getByRole('alert');
  await notice.getByText('folder_not_found').waitFor();
  await notice.getByRole('button', { name: 'Ask again' }).click();
  await turn(page, QUESTION).nth(1).getByText('folder_not_found').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
});

test('D5: Shift+Enter starts a line; near 4,000 characters the number left is shown, and above it nothing is sent', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${quick.url}/ask`);
  await box(page).fill('One');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  await expect.poll(() => box(page).inputValue()).toBe('One\ntwo');
  await box(page).fill('x'.repeat(3900));
  await page.getByText('Characters left: 100.').waitFor();
  await box(page).fill('x'.repeat(4001));
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('The question has 4,001 characters.').waitFor();
  expect(new URL(page.url()).pathname).toBe('/ask');
  expect(await seriousProblems(page)).toEqual([]);
});

test('D5: the first visit offers questions; this browser lists earlier conversations, which can be removed', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${quick.url}/ask`);
  await page.getByRole('button', { name: QUESTION }).click();
  await isAnswered(page);
  const address = page.url();
  const list = page.getByRole('navigation', { name: 'Conversations' });
  await list.getByRole('link', { name: 'New conversation' }).click();
  await page.getByText('Ask about a repository').last().waitFor();
  await list.getByRole('link', { name: QUESTION }).click();
  await isAnswered(page);
  expect(page.url()).toBe(address);
  await page.reload();
  await isAnswered(page);
  await list.getByRole('button', { name: /^Remove/ }).click();
  await expect.poll(() => list.getByRole('link').count()).toBe(1);
});

test('D5: the address of an unknown conversation and an invalid one are both explained', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${quick.url}/ask/nobody-asked-here`);
  await page.getByText('This conversation is empty').waitFor();
  await page.goto(`${quick.url}/ask/no%20thread`);
  await page.getByRole('heading', { name: 'This conversation cannot be shown' }).waitFor();
  await expect.poll(() => page.locator('main').innerText()).toContain('A thread id is');
});

test('B4, C6: an answer continues after the server is killed and restarted', async ({ expect }) => {
  await using own = await openServer({ ...model.env, LEASE_SECONDS: '3' });
  await using at = await visit(browser);
  const { page } = at;
  await begin(page, own.url);
  await hasBegun(page);
  own.process.kill('SIGKILL');
  await own.process.exited;
  await page.getByText(/^Reconnecting in/).waitFor();
  expect(await turn(page, QUESTION).locator('.draft li').count()).toBeGreaterThan(0);
  model.release();
  await using again = await own.restart({});
  expect(again.url).toBe(own.url);
  await isAnswered(page);
  await turn(page, QUESTION).getByRole('heading', { name: 'Sources' }).waitFor();
});
