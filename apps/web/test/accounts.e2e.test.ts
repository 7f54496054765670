import { signUserToken } from '@runtape/server';
import { launchBrowser } from '@runtape/e2e';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type HeldModel, SECOND_HEADING, startHeldModel } from './held-model.ts';
import {
  badge,
  hasAll,
  hasBegun,
  openServer,
  type OwnServer,
  seriousProblems,
  startSample,
  visit,
} from './open-page.ts';

const AUTH_SECRET = 'a secret of at least thirty-two characters';
const HOUR_MS = 3_600_000;
const expirySchema = z.looseObject({ expiresInMs: z.number().optional() });

let browser: Browser;
let model: HeldModel;
let server: OwnServer;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  model = await startHeldModel(SECOND_HEADING);
  server = await openServer({ AUTH_SECRET, ...model.env });
});

afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

beforeEach(() => model.hold(SECOND_HEADING));

async function tokenOf(name: string): Promise<string> {
  const claims = { userId: name.toLowerCase(), name, until: Date.now() + HOUR_MS };
  return await signUserToken(claims, { secret: AUTH_SECRET });
}

async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor({ state: 'detached' });
}

test('C8: asks to sign in, explains what is wrong with a token, and then shows the requested page', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(`${server.url}/statistics`);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('Paste a token first.').waitFor();
  await page.getByLabel('Token').fill('nonsense');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('That is no token').waitFor();
  await page.getByLabel('Token').fill('no.good.token');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('The token is not valid here.').waitFor();
  await signIn(page, await tokenOf('Ann'));
  await page.getByRole('heading', { name: 'Statistics' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/statistics');
  await page.locator('header').getByText('Ann', { exact: true }).waitFor();
  expect(await seriousProblems(page)).toEqual([]);
});

test('C8: signing out clears all data, and the next user sees only their own', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(server.url);
  await signIn(page, await tokenOf('Cleo'));
  await startSample(page, server.url);
  await page.getByRole('link', { name: 'Workflows', exact: true }).click();
  await page.getByRole('listitem').waitFor();
  await page.getByRole('button', { name: 'Sign out Cleo' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await expect.poll(() => page.getByRole('listitem').count()).toBe(0);
  await signIn(page, await tokenOf('Dora'));
  await page.getByText('No workflows yet.').waitFor();
});

test('C8: an expired session asks to sign in again, and then returns to the workflow, which continued', async () => {
  await using at = await visit(browser);
  const { page } = at;
  await page.goto(server.url);
  await signIn(page, await tokenOf('Eve'));
  await startSample(page, server.url);
  const url = page.url();
  await hasBegun(page);
  // The browser removes the cookie when the session ends.
  await at.context.clearCookies();
  await page.getByText('Your session has expired.').waitFor();
  expect(page.url()).toBe(url);
  expect(await seriousProblems(page)).toEqual([]);
  await signIn(page, await tokenOf('Eve'));
  await hasBegun(page);
  expect(page.url()).toBe(url);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await badge(page, 'Cancelled').waitFor();
});

test('A11: a shared link shows the workflow live and read-only without an account, and its token leaves the address', async () => {
  await using ann = await visit(browser);
  await ann.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await ann.page.goto(server.url);
  await signIn(ann.page, await tokenOf('Ann'));
  await startSample(ann.page, server.url);
  await hasBegun(ann.page);
  await ann.page.getByRole('button', { name: 'Share' }).click();
  await ann.page.getByText('Link copied').waitFor();
  const link = await ann.page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/\/workflows\/wf_\w+#share=[\w.-]+$/);

  await using guest = await visit(browser);
  await guest.page.goto(link);
  await hasBegun(guest.page);
  model.release();
  await hasAll(guest.page);
  expect(guest.page.url()).toBe(ann.page.url());
  expect(await guest.page.getByRole('button', { name: /Share|Pause|Cancel/ }).count()).toBe(0);
  expect(await seriousProblems(guest.page)).toEqual([]);
  await guest.page.reload();
  await badge(guest.page, 'Completed').waitFor();
  await guest.page.getByRole('link', { name: 'Workflows', exact: true }).click();
  await guest.page.getByRole('heading', { name: 'Sign in' }).waitFor();
});

test('A11: an invalid shared link shows an error, and a workflow of another user is not found', async () => {
  await using ann = await visit(browser);
  await ann.page.goto(server.url);
  await signIn(ann.page, await tokenOf('Ann'));
  await startSample(ann.page, server.url);
  const url = ann.page.url();

  await using guest = await visit(browser);
  await guest.page.goto(`${url}#share=nonsense`);
  await guest.page.getByRole('heading', { name: 'This shared link does not work' }).waitFor();
  expect(guest.page.url()).toBe(url);
  expect(await seriousProblems(guest.page)).toEqual([]);
  await guest.page.getByRole('button', { name: 'Continue without it' }).click();
  await guest.page.getByRole('heading', { name: 'This shared link does not work' }).waitFor({
    state: 'detached',
  });
  // The same link again, and one that a mail program has cut off: in the open page and in a new
  // one.
  for (const share of ['nonsense', 'abc%E0%A4%A', '']) {
    for (const open of [
      () => guest.page.evaluate((hash) => (location.hash = hash), `share=${share}`),
      () => guest.page.goto(`${url}?at=x#share=${share}`),
    ]) {
      await open();
      await guest.page.getByRole('heading', { name: 'This shared link does not work' }).waitFor();
      expect(guest.page.url()).not.toContain('share');
      await guest.page.getByRole('button', { name: 'Continue without it' }).click();
      await guest.page.getByRole('heading', { name: 'This shared link does not work' }).waitFor({
        state: 'detached',
      });
    }
  }
  await guest.page.goto(url);
  await signIn(guest.page, await tokenOf('Ben'));
  await guest.page.getByRole('heading', { name: 'Workflow not found' }).waitFor();
  await guest.page.getByText('You are signed in as Ben.').waitFor();
});

test.each(['light', 'dark'] as const)(
  'K2: forbidden actions are shown as such in advance: %s, on a phone',
  async (colorScheme) => {
    await using at = await visit(browser, { colorScheme, viewport: { width: 390, height: 844 } });
    const { page } = at;
    await page.goto(server.url);
    await signIn(page, await tokenOf('Gus'));
    await page.getByText('Options', { exact: true }).click();
    const post = page.getByRole('checkbox', { name: 'Post the draft to GitHub as a comment' });
    await page.getByText('You may not post to GitHub on this server.').waitFor();
    expect(await post.isDisabled()).toBe(true);
    await page
      .getByText('owner/repo#12, the URL of an issue, or a sample', { exact: true })
      .waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByText('Review with agents', { exact: true }).click();
    await page.getByText('You may not choose models on this server.').waitFor();
    expect(await page.getByLabel(/ model$/).count()).toBe(0);
    expect(await seriousProblems(page)).toEqual([]);
  },
);

test('C8: when a token expires the page asks to sign in, even without a request to the server', async () => {
  await using at = await visit(browser);
  const { page } = at;
  const told: unknown[] = [];
  // The server's answer is an hour, too long for a test.
  await page.route('**/api/session', async (route) => {
    const response = await route.fetch();
    const session: unknown = await response.json();
    const { expiresInMs } = expirySchema.parse(session);
    told.push(expiresInMs);
    const json = { ...expirySchema.parse(session), ...(expiresInMs && { expiresInMs: 2000 }) };
    await route.fulfill({ response, json });
  });
  await page.goto(`${server.url}/no/such/page`);
  await signIn(page, await tokenOf('Fay'));
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  expect(told.at(-1)).toBeGreaterThan(HOUR_MS / 2);
  expect(told.at(-1)).toBeLessThanOrEqual(HOUR_MS);
  // The browser removes the cookie when the session ends.
  await at.context.clearCookies();
  await page.getByText('Your session has expired.').waitFor();
  await signIn(page, await tokenOf('Fay'));
  await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/no/such/page');
});

test('C4: a conversation of another user says so, and is not in the list', async () => {
  await using anns = await visit(browser);
  await anns.page.goto(`${server.url}/ask`);
  await signIn(anns.page, await tokenOf('Ann'));
  await anns.page.getByLabel('Question', { exact: true }).fill('How is a cursor checked?');
  // The answer is held until it is stopped.
  model.hold(/./);
  await anns.page.keyboard.press('Enter');
  await anns.page.waitForURL('**/ask/*');
  await anns.page.getByRole('button', { name: 'Stop' }).click();
  await anns.page.getByRole('button', { name: 'Ask again' }).waitFor();
  const address = anns.page.url();
  await anns.page.getByRole('button', { name: 'Sign out Ann' }).click();
  await signIn(anns.page, await tokenOf('Ben'));
  await anns.page
    .getByRole('heading', { name: 'This conversation belongs to someone else' })
    .waitFor();
  expect(await seriousProblems(anns.page)).toEqual([]);
  await anns.page.getByRole('link', { name: 'Start a conversation of your own' }).click();
  await anns.page.getByText('Ask about a repository').last().waitFor();
  const list = anns.page.getByRole('navigation', { name: 'Conversations' });
  await expect.poll(() => list.getByRole('link').count()).toBe(1);
  expect(address).not.toBe(anns.page.url());
});
