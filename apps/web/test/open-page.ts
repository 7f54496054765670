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

/** A server process with its own store. */
export interface OwnServer extends AsyncDisposable {
  readonly url: string;
  readonly process: ServerProcess['process'];
  /** The file of its store. */
  readonly db: string;
  /** Starts the server again, with the same port and store. */
  restart(env: ProgramEnv): Promise<ServerProcess>;
}

/**
 * For tests that write workflows into the store themselves: a worker could start one between its
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

/** A new browser profile with one page. */
export interface Visit extends AsyncDisposable {
  readonly context: BrowserContext;
  readonly page: Page;
  /** The errors and warnings of the browser, such as violations of the security policy. */
  readonly warnings: readonly string[];
}

export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext(options);
  const warnings: string[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') warnings.push(message.text());
  });
  context.on('weberror', (webError) => warnings.push(webError.error().message));
  return {
    context,
    page: await context.newPage(),
    warnings,
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Starts the first sample and waits for its page. */
export async function startSample(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByText('Or try a sample').locator('..').getByRole('button').first().click();
  await page.waitForURL('**/workflows/wf_*');
}

export const draft = (page: Page) => page.getByRole('region', { name: 'Draft' });

/** A label in the header of the workflow, such as its status. */
export const badge = (page: Page, label: string) =>
  page.locator('header').getByText(label, { exact: true });

/** Waits until the draft has its second heading. */
export async function hasBegun(page: Page): Promise<void> {
  await draft(page).getByRole('heading').nth(2).waitFor();
}

/** Waits until the whole draft is there, as rendered Markdown. */
export async function hasAll(page: Page): Promise<void> {
  await badge(page, 'Completed').waitFor();
  await draft(page).getByRole('heading', { name: 'Sources' }).waitFor();
  await draft(page).locator('[data-streamdown]').first().waitFor();
}

/** Returns the different drafts that the pages show. */
export async function draftsOf(pages: readonly Page[]): Promise<readonly string[]> {
  const texts = await Promise.all(pages.map((page) => draft(page).innerText()));
  return [...new Set(texts)];
}

/** Returns the serious accessibility problems of the page. */
export async function seriousProblems(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Presses Tab until the focused element has this text. */
export async function tabTo(page: Page, text: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (focused.trim() === text) return;
  }
  throw new Error(`Tab does not lead to "${text}".`);
}
