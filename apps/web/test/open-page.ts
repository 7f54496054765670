import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import {
  freePort,
  type ProgramEnv,
  type ServerProcess,
  startServerProcess,
  temporaryFolder,
} from '@runtape/e2e';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';

/** A server process with a store of its own. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly process: ServerProcess['process'];
  /** The file of its store. */
  readonly db: string;
  /** The same server again, on the same port and store. */
  restart(env: ProgramEnv): Promise<ServerProcess>;
}

/**
 * For tests that write workflows into the store themselves: a worker could take one between its
 * creation and its first attempt.
 */
export const NO_WORKERS: ProgramEnv = { WORKERS: '0' };

export async function openServer(env: ProgramEnv = {}): Promise<OwnServer> {
  const folder = await temporaryFolder();
  const db = join(folder.path, 'db');
  const started: ProgramEnv = {
    RUNTAPE_DB: db,
    PORT: String(await freePort()),
    DEMO_TOKENS_PER_SECOND: '2000',
    ...env,
  };
  const server = await startServerProcess(started);
  return {
    url: server.url,
    process: server.process,
    db,
    restart: (more) => startServerProcess({ ...started, ...more }),
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** A browser that nobody has used before, with one page. */
export interface Visit extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /**
   * What the browser complained about: mistakes of the page, and what its security policy refused.
   */
  readonly complaints: readonly string[];
}

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const complaints: string[] = [];
  context.on('console', (said) => {
    if (said.type() === 'error' || said.type() === 'warning') complaints.push(said.text());
  });
  context.on('weberror', (thrown) => complaints.push(thrown.error().message));
  return {
    context,
    page: await context.newPage(),
    complaints,
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Starts the first sample, and is then on its page. */
export async function startSample(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText('Or try a sample').locator('..').getByRole('button').first().click();
  await page.waitForURL('**/workflows/wf_*');
}

export const draft = (page: Page) => page.getByRole('region', { name: 'Draft' });

/** A word in the header of the workflow, such as its status. */
export const badge = (page: Page, word: string) =>
  page.locator('header').getByText(word, { exact: true });

/** The second heading is there, and more is to come. */
export async function hasBegun(page: Page): Promise<void> {
  await draft(page).getByRole('heading').nth(2).waitFor();
}

/** The Markdown renderer has taken over from the plain text, and all of it is there. */
export async function hasAll(page: Page): Promise<void> {
  await badge(page, 'Completed').waitFor();
  await draft(page).getByRole('heading', { name: 'Sources' }).waitFor();
  await draft(page).locator('[data-streamdown]').first().waitFor();
}

/** What they show of the draft, each text once. */
export async function draftsOf(pages: readonly Page[]): Promise<readonly string[]> {
  const texts = await Promise.all(pages.map((page) => draft(page).innerText()));
  return [...new Set(texts)];
}

/** What a person with assistive technology could not use; nothing serious is allowed. */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Presses Tab until what has the focus says that. */
export async function tabTo(page: Page, words: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const said = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (said.trim() === words) return;
  }
  throw new Error(`Tab does not lead to "${words}".`);
}
