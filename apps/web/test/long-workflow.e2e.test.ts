import { launchBrowser } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { TestLog } from '@runtape/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { z } from 'zod';
import {
  badge,
  draft,
  NO_WORKERS,
  openServer,
  type OwnServer,
  seriousProblems,
  visit,
} from './open-page.ts';
import { at, keepAppending, longReview, record } from './tapes.ts';

const EVENTS = 100_000;

let browser: Browser;
let server: OwnServer;
let log: EventLog;
/** The page of a completed workflow with this many events. */
let ended: string;

const countedSchema = z.record(z.enum(['since', 'now', 'frames', 'changes', 'others']), z.number());

const pageOf = ({ workflowId }: TestLog): string => `${server.url}/workflows/${workflowId}`;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  server = await openServer(NO_WORKERS);
  log = await openSqliteEventLog({ file: server.db });
  const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
  ended = pageOf(
    await record(log, [
      ...longReview(EVENTS - 2),
      at(EVENTS * 20, {
        type: 'token',
        data: { part: 'draft', content: 'The last word.', isComplete: true },
      }),
      at(EVENTS * 20 + 100, {
        type: 'workflow:completed',
        data: { durationMs: EVENTS * 20, usage, cost: null, result: null },
      }),
    ]),
  );
});

afterAll(async () => {
  await browser.close();
  await log.close();
  await server[Symbol.asyncDispose]();
});

const slider = (page: Page) => page.getByRole('slider', { name: 'Tape' });
const header = (page: Page) => page.locator('article header');
const panel = (page: Page) => page.getByRole('tabpanel');

const hasTape = (page: Page, events: number) =>
  page.locator(`[role=slider][aria-valuenow="${events}"]`).waitFor();

/** Records the workflow procedures that a page calls from now on. */
function questionsOf(page: Page): string[] {
  const asked: string[] = [];
  page.on('request', (request) => {
    const procedures = /\/trpc\/([^?]*)/.exec(request.url())?.[1]?.split(',') ?? [];
    asked.push(...procedures.filter((name) => /^workflow\.(?:events|past|tape)$/.test(name)));
  });
  return asked;
}

test('E8: a finished text of 100,000 tokens is searchable as a whole and rendered from the top', async () => {
  await using visited = await visit(browser);
  const { page } = visited;
  const states: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/trpc/workflow.get?')) states.push(request.url());
  });
  await page.goto(ended);
  await badge(page, 'Completed').waitFor();
  await draft(page).locator('.draft p').first().waitFor();
  expect(states).toHaveLength(1);
  expect(await draft(page).innerText()).toContain('word1');
  // Includes text that is not rendered yet, as in the browser's search.
  expect(await draft(page).textContent()).toContain('The last word.');
  const sections = draft(page).locator('.draft-section');
  // A text of this length is split step by step.
  await expect.poll(() => sections.count()).toBeGreaterThan(200);
  // The visible sections are rendered before the others.
  await sections.last().scrollIntoViewIfNeeded();
  await sections.last().locator('.draft p').getByText('The last word.').waitFor();
  expect(visited.warnings).toEqual([]);
});

test('F9: the tape of a long workflow is usable without its events, which are read around the playhead', async () => {
  await using visited = await visit(browser);
  const { page } = visited;
  const asked = questionsOf(page);
  await page.goto(ended);
  await hasTape(page, EVENTS);
  expect(asked).toEqual(['workflow.tape']);
  const box = await slider(page).boundingBox();
  if (box === null) throw new Error('There is no tape.');
  await page.mouse.click(box.x + 8 + (box.width - 16) * 0.3, box.y + box.height / 2);
  await header(page).getByText('As it was at').waitFor();
  const event = Number(await slider(page).getAttribute('aria-valuenow'));
  expect(event).toBeGreaterThan(28_000);
  expect(event).toBeLessThan(32_000);
  expect(asked.filter((name) => name === 'workflow.events')).toHaveLength(1);
  const before = asked.length;
  for (let presses = 0; presses < 5; presses += 1) await slider(page).press('ArrowLeft');
  await expect.poll(() => slider(page).getAttribute('aria-valuetext')).toMatch(/ of 100,000: /);
  expect(asked.length).toBeLessThanOrEqual(before + 2);
  expect(await draft(page).textContent()).not.toContain('The last word.');
  await slider(page).press('End');
  await badge(page, 'Completed').waitFor();
  await expect.poll(() => draft(page).textContent()).toContain('The last word.');
  expect(visited.warnings).toEqual([]);
});

test('E8: only visible events of a long workflow have rows, anywhere in the list', async () => {
  await using visited = await visit(browser);
  const { page } = visited;
  const asked = questionsOf(page);
  await page.goto(ended);
  await hasTape(page, EVENTS);
  await page.getByRole('tab', { name: 'Events' }).click();
  const rows = panel(page).getByRole('listitem');
  await panel(page).locator('summary').getByText('workflow:completed').waitFor();
  expect(await rows.count()).toBeLessThan(60);
  const list = panel(page).getByRole('group', { name: 'Events' });
  await list.evaluate((region) => {
    region.scrollTop = 0;
  });
  await panel(page).locator('summary').getByText('workflow:started').waitFor();
  expect(await rows.first().getAttribute('aria-posinset')).toBe('1');
  expect(await rows.first().getAttribute('aria-setsize')).toBe(String(EVENTS));
  await list.evaluate((region) => {
    region.scrollTop = region.scrollHeight / 2;
  });
  await expect
    .poll(async () => Number(await rows.first().getAttribute('aria-posinset')))
    .toBeGreaterThan(40_000);
  await rows.first().locator('summary').waitFor();
  const said = await rows.allInnerTexts();
  const places = await rows.evaluateAll((items) =>
    items.map((item) => item.getAttribute('aria-posinset')),
  );
  expect(said.every((words, n) => words.includes(`-${places[n]}`))).toBe(true);
  expect(await rows.count()).toBeLessThan(60);
  expect(asked.filter((name) => name === 'workflow.events').length).toBeLessThan(10);
  await page.getByLabel('Type').selectOption('status');
  await panel(page).locator('summary').getByText('Part 1 is done.').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  expect(visited.warnings).toEqual([]);
});

test('E8: new events of a running workflow appear at the end of the list, without a request for every token', async () => {
  const testLog = await record(log, longReview(3000));
  await using visited = await visit(browser);
  const { page } = visited;
  const asked = questionsOf(page);
  await page.goto(pageOf(testLog));
  await hasTape(page, 3000);
  await page.getByRole('tab', { name: 'Events' }).click();
  await panel(page).locator('summary').getByText(testLog.idOf(3000)).waitFor();
  const before = asked.length;
  const stopping = new AbortController();
  const going = keepAppending(testLog, 3000 * 20, stopping.signal);
  const last = panel(page).locator('li[aria-posinset]').last();
  await expect
    .poll(async () => Number(await last.getAttribute('aria-posinset')))
    .toBeGreaterThan(3060);
  stopping.abort();
  await going;
  const { tail } = testLog;
  await panel(page).locator('summary').getByText(testLog.idOf(tail)).waitFor();
  expect(asked.length - before).toBeLessThan((tail - 3000) / 3);
});

test('E6: a long growing text changes only its last section, at most once per frame', async () => {
  const testLog = await record(log, longReview(30_000));
  await using visited = await visit(browser);
  const { page } = visited;
  await page.goto(pageOf(testLog));
  const sections = draft(page).locator('.draft-section');
  await draft(page).locator('.draft p').first().waitFor();
  await expect.poll(() => sections.locator('> .whitespace-pre-wrap').count()).toBe(0);
  await page.evaluate(() => {
    const counted = { since: performance.now(), frames: 0, changes: 0, others: 0 };
    Object.assign(window, { counted });
    const frame = (): void => {
      counted.frames += 1;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    const section = document.querySelector('section[aria-labelledby=draft-title]');
    if (section === null) throw new Error('There is no draft.');
    new MutationObserver((records) => {
      counted.changes += 1;
      const all = [...section.querySelectorAll('.draft-section')];
      for (const { target } of records) {
        // The section that was the last one when it changed may no longer be the last.
        if (all.slice(0, -3).some((one) => one.contains(target))) counted.others += 1;
      }
    }).observe(section, { subtree: true, childList: true, characterData: true });
  });
  const stopping = new AbortController();
  const going = keepAppending(testLog, 30_000 * 20, stopping.signal);
  await draft(page).getByText('more60').waitFor();
  stopping.abort();
  await going;
  const counted = await page.evaluate(() =>
    JSON.stringify({ ...Reflect.get(window, 'counted'), now: performance.now() }),
  );
  const { since, now, frames, changes, others } = countedSchema.parse(JSON.parse(counted));
  expect(changes).toBeGreaterThan(5);
  // Changes are shown even if no frame comes for a long time.
  expect(changes).toBeLessThanOrEqual(frames + 1 + (now - since) / 250);
  expect(others).toBe(0);
});
