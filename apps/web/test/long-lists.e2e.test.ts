import { launchBrowser } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import { type WorkflowEvent, decodeEvent } from '@runtape/events';
import { makeEvent } from '@runtape/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import {
  badge,
  draft,
  NO_WORKERS,
  openServer,
  type OwnServer,
  seriousProblems,
  visit,
} from './open-page.ts';
import { at, longReview, record } from './tapes.ts';

const CALLS = 2500;
const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
const completed = makeEvent('workflow:completed', {
  durationMs: 1000,
  usage,
  cost: null,
  result: null,
});
const [started, running] = longReview(2);

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

const panel = (page: Page) => page.getByRole('tabpanel');

async function open(page: Page, events: readonly WorkflowEvent[]): Promise<void> {
  if (started === undefined || running === undefined) throw new Error('There is no beginning.');
  const { workflowId } = await record(log, [started, running, ...events, completed]);
  await page.goto(`${server.url}/workflows/${workflowId}`);
  await badge(page, 'Completed').waitFor();
}

/** @param pathOf returns the file that a call reads. */
function toolCalls(pathOf = (n: number) => `src/file-${n}.ts`): readonly WorkflowEvent[] {
  return Array.from({ length: CALLS }, (_, n) => [
    at(100 + n, {
      type: 'tool:called',
      data: { callId: `call-${n}`, name: 'read_file', arguments: { path: pathOf(n) } },
    }),
    at(101 + n, {
      type: 'tool:returned',
      data: {
        callId: `call-${n}`,
        name: 'read_file',
        ok: true,
        summary: `line ${n}`,
        output: n === CALLS - 1 ? 'the one with the Needle' : 'const a = 1;',
        truncated: false,
        durationMs: 1,
      },
    }),
  ]).flat();
}

/** An event of a type that is not built in, as the log stores it. */
const own = (ms: number, type: string, data: object): WorkflowEvent =>
  decodeEvent({ ...at(ms, { type: 'status', data: { stage: 's', message: 'm' } }), type, data });

test('E8: of thousands of tool calls only visible ones have rows, and the search field covers all of them', async () => {
  await using visited = await visit(browser, { colorScheme: 'dark' });
  const { page } = visited;
  await open(page, toolCalls());
  const list = panel(page).getByRole('group', { name: 'Tool calls' });
  const rows = list.getByRole('listitem');
  await rows.first().locator('summary').getByText('src/file-0.ts').waitFor();
  expect(await rows.count()).toBeLessThan(60);
  expect(await rows.first().getAttribute('aria-setsize')).toBe(String(CALLS));
  await list.focus();
  await page.keyboard.press('End');
  const last = `src/file-${CALLS - 1}.ts`;
  await rows.last().locator('summary').getByText(last).waitFor();
  expect(await rows.last().getAttribute('aria-posinset')).toBe(String(CALLS));
  expect(await rows.count()).toBeLessThan(60);
  const field = page.getByRole('searchbox', { name: 'Find in tool calls' });
  await field.fill('needle');
  await page.getByText(`1 of 2,500 calls`).waitFor();
  await rows.locator('summary').getByText(last).waitFor();
  expect(await rows.count()).toBe(1);
  await rows.locator('summary').press('Enter');
  await rows.getByText('the one with the Needle').waitFor();
  await field.fill('there is no such thing');
  await panel(page).getByText('No tool call contains this').waitFor();
  expect(await seriousProblems(page)).toEqual([]);
  expect(visited.warnings).toEqual([]);
});

test('E8: the End key reaches the end of a list with rows of different heights, and a row stays unfolded while out of view', async () => {
  await using visited = await visit(browser);
  const { page } = visited;
  await open(
    page,
    toolCalls((n) => (n % 3 === 0 ? `src/${'folder/'.repeat(20)}file-${n}.ts` : `file-${n}.ts`)),
  );
  const list = panel(page).getByRole('group', { name: 'Tool calls' });
  const rows = list.getByRole('listitem');
  const row = (place: number) => list.locator(`[aria-posinset="${place}"]`);
  await row(2).locator('summary').click();
  const output = row(2).getByText('const a = 1;');
  await output.waitFor();
  await list.focus();
  await page.keyboard.press('End');
  await row(CALLS).waitFor();
  const below = () =>
    list.evaluate(({ scrollTop, clientHeight, scrollHeight }) =>
      Math.round(scrollHeight - clientHeight - scrollTop),
    );
  await expect.poll(below).toBe(0);
  expect(await row(2).count()).toBe(0);
  expect(await rows.count()).toBeLessThan(60);
  await page.keyboard.press('Home');
  await output.waitFor();
  expect(await row(1).locator('details').getAttribute('open')).toBeNull();
  await row(2).locator('summary').click();
  await output.waitFor({ state: 'hidden' });
  await list.focus();
  await page.keyboard.press('End');
  await row(CALLS).waitFor();
  await page.keyboard.press('Home');
  await row(2).waitFor();
  expect(await row(2).locator('details').getAttribute('open')).toBeNull();
  expect(visited.warnings).toEqual([]);
});

test('E8: a long log offers the custom event types of the workflow, and its search covers all events', async () => {
  await using visited = await visit(browser);
  const { page } = visited;
  await open(page, [
    own(50, 'item', { title: 'The first "Needle"' }),
    ...longReview(12_000).slice(2),
    own(12_000 * 20, 'item', { title: 'The last needle' }),
  ]);
  await page.locator('[role=slider][aria-valuenow="12003"]').waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  const rows = panel(page).getByRole('listitem');
  await panel(page).locator('summary').getByText('workflow:completed').waitFor();
  await page.getByLabel('Type').selectOption('item');
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByText('2 of 12,003 events', { exact: true }).waitFor();
  // Relative to the first event of the log, not to the first of these.
  expect(await rows.first().locator('time').innerText()).toBe('0:00.050');
  await page.getByLabel('Type').selectOption('');
  const field = page.getByRole('searchbox', { name: 'Find in events' });
  await field.fill('needle"');
  await expect.poll(() => rows.count()).toBe(1);
  await field.fill('NEEDLE');
  await expect.poll(() => rows.count()).toBe(2);
  await page.getByText('2 of 12,003 events', { exact: true }).waitFor();
  // The row's own summary; its JSON has some, too.
  await rows.last().locator('summary').first().press('Enter');
  await rows.last().getByText('The last needle').waitFor();
  await field.fill('no event says this');
  await panel(page).getByText('No event contains this text.').waitFor();
  await field.fill('');
  await expect.poll(() => rows.first().getAttribute('aria-setsize')).toBe('12003');
  expect(await seriousProblems(page)).toEqual([]);
  expect(visited.warnings).toEqual([]);
});

test('E8: while a block of half a million characters is shown, keys are handled, and the text after it is Markdown', async () => {
  await using visited = await visit(browser);
  const { page } = visited;
  const line = 'const answer = 42; // one of very many lines\n';
  const code = line.repeat(12_000);
  const words = 'words of one paragraph that has no end, '.repeat(13_000);
  const text = `# Before\n\n\`\`\`ts\n${code}\`\`\`\n\n## Between\n\n${words}\n\n## After\n\nThe **end**.\n`;
  const pieces = text.match(/[^]{1,20000}/g) ?? [];
  await page.addInitScript(() => {
    addEventListener('keydown', ({ key }) => {
      document.documentElement.dataset['keys'] =
        `${document.documentElement.dataset['keys'] ?? ''}${key}`;
    });
  });
  await open(
    page,
    pieces.map((content, n) =>
      at(100 + n, {
        type: 'token',
        data: { part: 'draft', content, isComplete: n === pieces.length - 1 },
      }),
    ),
  );
  await draft(page).getByRole('heading', { name: 'Before' }).waitFor();
  for (const key of ['a', 'b', 'c']) await page.keyboard.press(key);
  await draft(page).getByRole('heading', { name: 'Between' }).waitFor();
  await draft(page).getByRole('heading', { name: 'After' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.dataset['keys'])).toBe('abc');
  const shown = draft(page).getByRole('group', { name: 'Code in ts' }).locator('.text-chunk');
  expect(await shown.count()).toBeGreaterThan(100);
  expect((await shown.allTextContents()).join('\n')).toBe(code.trimEnd());
  expect(await draft(page).textContent()).toContain(words);
  // The browser lays out only the sections near the window.
  const kinds = await draft(page)
    .locator('.text-chunk')
    .evaluateAll((all) => all.map((piece) => getComputedStyle(piece).contentVisibility));
  expect(kinds.length).toBeGreaterThan(150);
  expect(new Set(kinds)).toEqual(new Set(['auto']));
  expect(await seriousProblems(page)).toEqual([]);
  expect(visited.warnings).toEqual([]);
});
