import { launchBrowser } from '@runtape/e2e';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { badge, hasAll, openServer, type OwnServer, visit } from './open-page.ts';

/**
 * A name for this machine that browsers do not treat as local, so that the page is in an insecure
 * context.
 */
const HOST = 'runtape.example.com';

let browser: Browser;
let server: OwnServer;
let url: string;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'), { loopbackNames: [HOST] });
  server = await openServer({ ALLOWED_HOSTS: HOST });
  url = server.url.replace('127.0.0.1', HOST);
});

afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** Warnings about headers that apply only in a secure context. */
const isExpected = (warning: string): boolean =>
  /Cross-Origin-Opener-Policy|Origin-Agent-Cluster/.test(warning);

test('I1: over plain HTTP under a name a person starts a sample, watches it in two tabs, and copies its draft', async () => {
  await using at = await visit(browser);
  await at.page.goto(url);
  expect(await at.page.evaluate(() => [isSecureContext, 'randomUUID' in crypto])).toEqual([
    false,
    false,
  ]);
  await at.page.getByText('Or try a sample').locator('..').getByRole('button').first().click();
  await at.page.waitForURL('**/workflows/wf_*');
  await hasAll(at.page);
  const other = await at.context.newPage();
  await other.goto(at.page.url());
  await hasAll(other);
  await other.getByRole('button', { name: 'Copy', exact: true }).first().click();
  await other.getByText('Copied as Markdown').waitFor();
  // The copied text can be pasted.
  await other.goto(`${url}/ask`);
  await other.getByLabel('Question', { exact: true }).focus();
  await other.keyboard.press('ControlOrMeta+v');
  await expect
    .poll(() => other.getByLabel('Question', { exact: true }).inputValue())
    .toContain('### ');
  expect(at.warnings.filter((warning) => !isExpected(warning))).toEqual([]);
});

test('I1: and asks a question, which is answered', async () => {
  await using at = await visit(browser);
  await at.page.goto(`${url}/ask`);
  await at.page.getByLabel('Question', { exact: true }).fill('Where are tokens merged?');
  await at.page.keyboard.press('Enter');
  await at.page.waitForURL('**/ask/*');
  await at.page.getByRole('link', { name: 'View the workflow' }).click();
  await badge(at.page, 'Completed').waitFor();
  expect(at.warnings.filter((warning) => !isExpected(warning))).toEqual([]);
});
