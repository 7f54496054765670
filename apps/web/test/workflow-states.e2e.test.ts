import { AxeBuilder } from '@axe-core/playwright';
import { launchBrowser } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { makeEvent, makeToken, type TestLog } from '@runtape/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import { badge, draft, NO_WORKERS, openServer, type OwnServer, visit } from './open-page.ts';
import { longReview, record, review, reviewed } from './tapes.ts';

const PHONE = { width: 390, height: 844 };

let browser: Browser;
let server: OwnServer;
let log: EventLog;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  server = await openServer(NO_WORKERS);
  log = await openSqliteEventLog({ file: server.db });
});

afterAll(async () => {
  await browser.close();
  await log.close();
  await server[Symbol.asyncDispose]();
});

const header = (page: Page) => page.locator('article header');
const slider = (page: Page) => page.getByRole('slider', { name: 'Tape' });
const dock = (page: Page) => page.getByRole('region', { name: 'Workflow tape' });
const toasts = (page: Page) => page.locator('[data-sonner-toast]');

/** Opens a workflow and waits for its whole tape. */
async function open(
  page: Page,
  { workflowId, tail }: TestLog,
  serverUrl = server.url,
): Promise<void> {
  await page.goto(`${serverUrl}/workflows/${workflowId}`);
  await page.locator(`[role=slider][aria-valuenow="${tail}"]`).waitFor();
}

/** Returns the number of the event at the playhead. */
async function standsAt(page: Page): Promise<number> {
  return Number(await slider(page).getAttribute('aria-valuenow'));
}

const started = makeEvent('workflow:started', {
  workflow: 'reviewIssue',
  title: 'Tokens arrive twice',
  target: 'sample:doubled',
});
const running = makeEvent('workflow:running', { attempt: 1, maxAttempts: 3 });
const writer = makeEvent('agent:started', { agentId: 'writer', name: 'Writer', role: 'writer' });
const reading = makeEvent('tool:called', { callId: '1', name: 'read_file', arguments: {} });
const failed = makeEvent('workflow:failed', {
  durationMs: 1000,
  error: { code: 'model_not_found', message: 'Choose another model.' },
});

describe.concurrent('the header', () => {
  test('E8, E2: a running review shows what its agents have used so far', async ({ expect }) => {
    await using at = await visit(browser);
    await open(at.page, await record(log, review));
    await badge(at.page, 'Running').waitFor();
    await header(at.page).getByText('4,376 tokens').waitFor();
    await header(at.page).getByText('$0.0140').waitFor();
    expect(at.warnings).toEqual([]);
  });

  test('E8, E14: shows no token rate while the workflow is paused', async ({ expect }) => {
    await using at = await visit(browser);
    const { page } = at;
    const tokens = Array.from({ length: 20 }, () => makeToken('word '));
    const paused = makeEvent('workflow:paused', {});
    const resumed = makeEvent('workflow:resumed', {});
    await open(page, await record(log, [started, running, ...tokens, paused, resumed]));
    await slider(page).press('Shift+ArrowLeft');
    await header(page).getByText('tokens/s').waitFor();
    await slider(page).press('End');
    await slider(page).press('ArrowLeft');
    await badge(page, 'Paused').waitFor();
    expect(await header(page).getByText('tokens/s').count()).toBe(0);
  });

  test('E8: shows tokens and cost on one line on a phone', async ({ expect }) => {
    await using at = await visit(browser);
    await at.page.setViewportSize(PHONE);
    await open(at.page, await record(log, review));
    const top = async (words: string): Promise<number | undefined> =>
      (await header(at.page).getByText(words).boundingBox())?.y;
    expect(await top('$0.0140')).toBe(await top('4,376 tokens'));
    expect(await top('1 watching')).toBeLessThan((await top('4,376 tokens')) ?? 0);
  });

  test('E8: uses the width of a wide screen', async ({ expect }) => {
    await using at = await visit(browser);
    await at.page.setViewportSize({ width: 2560, height: 1200 });
    await open(at.page, await record(log, review));
    const box = await at.page.locator('article').boundingBox();
    expect(box?.width).toBeGreaterThan(1500);
    expect(box?.width).toBeLessThan(1650);
  });
});

describe.concurrent('how it ended', () => {
  test('E8, F4: a workflow cancelled before it wrote any text mentions no kept text, and its steps show as stopped', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    const cancelled = makeEvent('workflow:cancelled', { durationMs: 1000 });
    await open(page, await record(log, [started, running, writer, reading, cancelled]));
    await page.getByText('The workflow was cancelled.', { exact: true }).waitFor();
    const activity = page.getByRole('tabpanel', { name: 'Activity' });
    await activity.getByLabel('stopped').first().waitFor();
    expect(await activity.getByLabel('stopped').count()).toBe(2);
    expect(await activity.getByLabel('failed').count()).toBe(0);
  });

  test('E8: a failed workflow can be tried again with its original input', async ({ expect }) => {
    await using at = await visit(browser);
    const { page } = at;
    const target = { kind: 'sample', name: 'disk-full' };
    const comment = makeEvent('workflow:started', {
      workflow: 'commentOnIssue',
      title: 'Tokens arrive twice',
      target: 'sample:disk-full',
    });
    await using own = await openServer(NO_WORKERS);
    const ownLog = await openSqliteEventLog({ file: own.db });
    await using closing = new AsyncDisposableStack();
    closing.defer(() => ownLog.close());
    const testLog = await record(ownLog, [comment, running, failed], { target, post: false });
    own.process.kill();
    await own.process.exited;
    await using withWorkers = await own.restart({ WORKERS: '1' });
    await open(page, testLog, withWorkers.url);
    await slider(page).press('Home');
    await header(page).getByText('As it was at').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    await slider(page).press('End');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.waitForURL((url) => !url.pathname.endsWith(testLog.workflowId));
    await badge(page, 'Completed').waitFor();
    await header(page).getByText('sample:disk-full').waitFor();
    expect(at.warnings).toEqual([]);
  });

  test('E8, E14: other viewers are notified when someone cancels the workflow', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    await using other = await visit(browser);
    const testLog = await record(log, [started, running, ...review.slice(2, 60)]);
    await Promise.all([open(at.page, testLog), open(other.page, testLog)]);
    await other.page.getByRole('button', { name: 'Cancel' }).click();
    await other.page.getByRole('button', { name: 'Cancelling …' }).waitFor();
    const reason = 'Wrong issue';
    await testLog.append(makeEvent('workflow:cancelled', { durationMs: 1000, reason }));
    await toasts(at.page).getByText('Someone cancelled the workflow').waitFor();
    await badge(other.page, 'Cancelled').waitFor();
    expect(await toasts(other.page).getByText('Someone cancelled').count()).toBe(0);
  });

  test('E8: the colour of the icon tells warning and error toasts apart', async ({ expect }) => {
    await using at = await visit(browser);
    const { page } = at;
    const testLog = await record(log, [started, running]);
    await open(page, testLog);
    // Each disappears after a few seconds, so they are expected one after another.
    const color = (title: string) =>
      toasts(page)
        .filter({ hasText: title })
        .locator('[data-icon]')
        .evaluate((icon) => getComputedStyle(icon).color);
    const spent = { unit: 'usd', spent: 0.009, limit: 0.01 } as const;
    await testLog.append(makeEvent('budget:warning', spent));
    const warning = await color('Most of the budget is spent');
    await testLog.append(makeEvent('budget:exceeded', spent));
    const error = await color('All of the budget is spent');
    await testLog.append(failed);
    const failure = await color('The workflow failed');
    expect(error).toBe(failure);
    expect(error).not.toBe(warning);
  });
});

describe.concurrent('the events', () => {
  test('E8: each event shows its time and content, and only visible events have rows', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await open(page, await record(log, longReview(1200)));
    await page.getByRole('tab', { name: 'Events' }).click();
    const rows = page.getByRole('tabpanel').getByRole('listitem');
    await rows.first().waitFor();
    expect(await rows.count()).toBeLessThan(60);
    await expect.poll(() => rows.first().getAttribute('aria-setsize')).toBe('1200');
    await page.getByLabel('Type').selectOption('status');
    const row = page.getByRole('tabpanel').locator('summary').first();
    await row.getByText('Part 1 is done.').waitFor();
    expect(await row.locator('time').innerText()).toBe('0:05.100');
    expect(at.warnings).toEqual([]);
  });

  test('E8, F9: a type without events at the moment shown says so, and stays selected', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await open(page, await record(log, [...review, ...reviewed]));
    await page.getByRole('tab', { name: 'Events' }).click();
    await page.getByLabel('Type').selectOption('workflow:completed');
    await page.getByRole('tabpanel').getByText('Completed', { exact: true }).waitFor();
    await slider(page).press('Home');
    await page.getByText('No events of this type.').waitFor();
    expect(await page.getByLabel('Type').inputValue()).toBe('workflow:completed');
  });
});

describe.concurrent('the tape', () => {
  test('F9: a skip link leads to it, and it handles keys while nothing has the focus', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    const testLog = await record(log, [...review, ...reviewed]);
    await open(page, testLog);
    for (const [key, event] of [
      ['Home', 1],
      ['ArrowRight', 2],
      ['l', testLog.tail],
      ['Home', 1],
      ['End', testLog.tail],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => standsAt(page)).toBe(event);
    }
    await page.keyboard.press('Space');
    await dock(page).getByRole('button', { name: 'Pause playback' }).waitFor();
    await page.keyboard.press('Space');
    await dock(page).getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.keyboard.press('End');
    await expect.poll(() => standsAt(page)).toBe(testLog.tail);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect
      .poll(() => slider(page).evaluate((it) => it === document.activeElement))
      .toBe(true);
  });

  test('F9: it ignores keys pressed in a control or a dialog', async ({ expect }) => {
    await using at = await visit(browser);
    const { page } = at;
    const testLog = await record(log, [...review, ...reviewed]);
    await open(page, testLog);
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByLabel('From level').focus();
    for (const key of ['Home', 'l', 'Space']) await page.keyboard.press(key);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox').first().focus();
    for (const key of ['Home', 'l', 'Space']) await page.keyboard.press(key);
    expect(await standsAt(page)).toBe(testLog.tail);
    expect(await dock(page).getByRole('button', { name: 'Pause playback' }).count()).toBe(0);
  });

  test('F9: it shows its start and end time, what is under the pointer, and which pauses are drawn shorter', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await open(page, await record(log, [...review, ...reviewed]));
    const clock = /^\d\d:\d\d:\d\d$/;
    expect(await slider(page).getByText(clock).count()).toBe(3);
    const box = await slider(page).boundingBox();
    if (box === null) throw new Error('There is no tape.');
    const point = (part: number) =>
      page.mouse.move(box.x + 8 + (box.width - 16) * part, box.y + 30);
    await point(0.13);
    await slider(page)
      .getByText(/^\d\d:\d\d:\d\d · Called read_file$/)
      .waitFor();
    await point(0.73);
    await slider(page)
      .getByText(/^Paused for 1 h 00 m after \d\d:\d\d:\d\d \(drawn shorter\)$/)
      .waitFor();
    await page.mouse.move(box.x + 20, 10);
    await expect.poll(() => slider(page).getByText('drawn shorter').count()).toBe(0);
    await dock(page).getByRole('listitem').filter({ hasText: 'Pause' }).waitFor();
  });

  test('F9: it keeps its distance from the bottom edge of the window', async ({ expect }) => {
    await using at = await visit(browser);
    const { page } = at;
    const testLog = await record(log, [...review, ...reviewed]);
    for (const size of [{ width: 1280, height: 800 }, PHONE]) {
      await page.setViewportSize(size);
      await open(page, testLog);
      const drawn = await slider(page).locator('svg').boundingBox();
      const bottom = (drawn?.y ?? 0) + (drawn?.height ?? 0);
      expect(size.height - bottom).toBeGreaterThan(16);
    }
  });
});

test('E8: two code blocks in the same language do not create duplicate landmarks', async ({
  expect,
}) => {
  await using at = await visit(browser);
  const { page } = at;
  const code = '```ts\nconst a = 1;\n```\n\nand\n\n```ts\nconst b = 2;\n```\n';
  const part = { part: 'draft', content: code, isComplete: true };
  await open(page, await record(log, [started, running, makeEvent('token', part)]));
  await draft(page).locator('pre').nth(1).waitFor();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).not.toContain('landmark-unique');
});
