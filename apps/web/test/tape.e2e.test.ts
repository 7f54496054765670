import { launchBrowser } from '@runtape/e2e';
import type { EventLog } from '@runtape/event-log';
import { openSqliteEventLog } from '@runtape/event-log-sqlite';
import type { TestLog } from '@runtape/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import {
  badge,
  draft,
  draftsOf,
  NO_WORKERS,
  openServer,
  type OwnServer,
  seriousProblems,
  visit,
} from './open-page.ts';
import { keepAppending, longReview, record, review, reviewed } from './tapes.ts';

const PHONE = { width: 390, height: 844 };
const ALL = review.length + reviewed.length;

let browser: Browser;
let server: OwnServer;
let log: EventLog;
/** The page of a completed review. */
let ended: string;

const pageOf = ({ workflowId }: TestLog): string => `${server.url}/workflows/${workflowId}`;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
  server = await openServer(NO_WORKERS);
  log = await openSqliteEventLog({ file: server.db });
  ended = pageOf(await record(log, [...review, ...reviewed]));
});

afterAll(async () => {
  await browser.close();
  await log.close();
  await server[Symbol.asyncDispose]();
});

const slider = (page: Page) => page.getByRole('slider', { name: 'Tape' });
const dock = (page: Page) => page.getByRole('region', { name: 'Workflow tape' });
const header = (page: Page) => page.locator('article header');

/** Returns the number of the event at the playhead, and the number of events. */
async function standsAt(page: Page): Promise<readonly [at: number, of: number]> {
  const said = ['aria-valuenow', 'aria-valuemax'].map((name) => slider(page).getAttribute(name));
  const [at, of] = await Promise.all(said);
  return [Number(at), Number(of)];
}

/** Opens a workflow and waits for its tape. */
async function open(page: Page, url: string, events = ALL): Promise<void> {
  await page.goto(url);
  await page.locator(`[role=slider][aria-valuenow="${events}"]`).waitFor();
}

/** Presses on the tape, at this fraction of its width. */
async function pressAt(page: Page, part: number): Promise<void> {
  const box = await slider(page).boundingBox();
  if (box === null) throw new Error('There is no tape.');
  await page.mouse.click(box.x + 8 + (box.width - 16) * part, box.y + box.height / 2);
}

describe.concurrent('a workflow that has ended', () => {
  test('F9, E8: dragging the playhead back shows the page as it was then: draft, agents, logs, events, numbers', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await open(page, ended);
    await draft(page).getByRole('heading', { name: 'What to do' }).waitFor();
    const box = await slider(page).boundingBox();
    if (box === null) throw new Error('There is no tape.');
    await page.mouse.move(box.x + box.width - 10, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 30, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.2, box.y + 30, { steps: 4 });
    await page.mouse.up();
    await header(page).getByText('As it was at').waitFor();
    await badge(page, 'Running').waitFor();
    await draft(page).getByText('The issue is read.').waitFor();
    const agents = page.getByRole('list', { name: 'Agents', exact: true });
    await expect.poll(() => agents.getByRole('listitem').count()).toBe(2);
    // It was dragged in steps, and is now where it was released.
    await expect.poll(async () => (await standsAt(page))[0]).toBeLessThan(60);
    const [event] = await standsAt(page);
    expect(event).toBeGreaterThan(6);
    await page.getByRole('tab', { name: 'Events' }).click();
    const rows = page.getByRole('tabpanel').locator('summary');
    await expect.poll(() => rows.count()).toBe(event);
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page.getByText('No log lines of this level.').waitFor();
    await dock(page).getByRole('button', { name: 'Back to the end' }).click();
    await badge(page, 'Completed').waitFor();
    await page.getByText('A source is gone.').waitFor();
    expect(at.warnings).toEqual([]);
  });

  test('F9: keys move the playhead by one event, by ten with Shift, and to the first and last', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await open(page, ended);
    await slider(page).focus();
    for (const [key, event] of [
      ['ArrowLeft', ALL - 1],
      ['Home', 1],
      ['ArrowRight', 2],
      ['Shift+ArrowRight', 12],
      ['Shift+ArrowLeft', 2],
      ['l', ALL],
      ['Shift+ArrowLeft', ALL - 10],
      ['End', ALL],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => standsAt(page)).toEqual([event, ALL]);
    }
    await page.keyboard.press('Home');
    const said = /^\d\d:\d\d:\d\d, event 1 of 182: The workflow started$/;
    await expect.poll(() => slider(page).getAttribute('aria-valuetext')).toMatch(said);
  });

  test('F9: the address contains the moment, and opens it in another browser', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await open(page, ended);
    await pressAt(page, 0.55);
    await header(page).getByText('As it was at').waitFor();
    const [event] = await standsAt(page);
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toMatch(`-${event}`);
    await using elsewhere = await visit(browser);
    await elsewhere.page.goto(page.url());
    await header(elsewhere.page).getByText('As it was at').waitFor();
    await expect.poll(() => standsAt(elsewhere.page)).toEqual([event, ALL]);
    await expect.poll(() => draftsOf([page, elsewhere.page])).toHaveLength(1);
    await elsewhere.page.getByRole('button', { name: 'Back to the end' }).first().click();
    await badge(elsewhere.page, 'Completed').waitFor();
    await expect.poll(() => new URL(elsewhere.page.url()).search).toBe('');
  });

  test.for([
    ['nonsense', 'The address does not name an event.'],
    ['other123-5', 'No event of this workflow has the id in the address.'],
  ] as const)(
    'F9: an address with the moment %s shows an error and the current state',
    async ([moment, words], { expect }) => {
      await using at = await visit(browser);
      await at.page.goto(`${ended}?at=${moment}`);
      await at.page.getByText(words).waitFor();
      await badge(at.page, 'Completed').waitFor();
      await dock(at.page).getByRole('button', { name: 'OK' }).click();
      await dock(at.page).getByText(`${ALL} events in`).waitFor();
      await expect.poll(() => new URL(at.page.url()).search).toBe('');
    },
  );

  test('F9: an address with an event beyond the tail shows an error', async ({ expect }) => {
    await using at = await visit(browser);
    await open(at.page, ended);
    await slider(at.page).press('Home');
    await expect.poll(() => new URL(at.page.url()).searchParams.has('at')).toBe(true);
    await at.page.goto(`${at.page.url()}99999`);
    await at.page.getByText('No event of this workflow has the id in the address.').waitFor();
  });

  test('F9: Space plays from the start to the end, faster if asked, and pauses', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await open(page, ended);
    await slider(page).focus();
    await page.keyboard.press('Space');
    await dock(page).getByRole('button', { name: 'Pause playback' }).waitFor();
    await expect.poll(async () => (await standsAt(page))[0]).toBeGreaterThan(2);
    await page.keyboard.press('Space');
    await dock(page).getByRole('button', { name: 'Play', exact: true }).waitFor();
    const [paused] = await standsAt(page);
    expect(paused).toBeLessThan(ALL);
    await page.getByLabel('Speed').selectOption('50×');
    await slider(page).press('Space');
    await badge(page, 'Completed').waitFor();
    await expect.poll(() => standsAt(page)).toEqual([ALL, ALL]);
    await draft(page).getByRole('heading', { name: 'What to do' }).waitFor();
  });

  test.for(['light', 'dark'] as const)(
    'F9: has no serious accessibility problem, in the past and at the end, %s',
    async (colorScheme, { expect }) => {
      await using at = await visit(browser);
      await at.page.emulateMedia({ colorScheme });
      await open(at.page, ended);
      expect(await seriousProblems(at.page)).toEqual([]);
      await pressAt(at.page, 0.5);
      await header(at.page).getByText('As it was at').waitFor();
      expect(await seriousProblems(at.page)).toEqual([]);
    },
  );

  test('F9: on a phone the tape stays visible while scrolling, moves by touch, and fits the width', async ({
    expect,
  }) => {
    await using at = await visit(browser, { hasTouch: true, isMobile: true, viewport: PHONE });
    const { page } = at;
    await open(page, ended);
    for (const top of [0, 400, 10_000]) {
      await page.evaluate((y) => scrollTo(0, y), top);
      const bottom = async (): Promise<number> => {
        const box = await dock(page).boundingBox();
        return (box?.y ?? 0) + (box?.height ?? 0);
      };
      await expect.poll(bottom).toBeCloseTo(PHONE.height, 0);
    }
    const strip = await slider(page).boundingBox();
    await page.touchscreen.tap(PHONE.width / 2, (strip?.y ?? 0) + 30);
    await dock(page).getByText('As it was at').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  });

  test('F9: the tape keeps its height whatever it shows, and the page does not scroll', async ({
    expect,
  }) => {
    await using at = await visit(browser);
    const { page } = at;
    await page.goto(ended);
    const heights = new Set<number>();
    const measure = async (): Promise<void> => {
      heights.add((await dock(page).boundingBox())?.height ?? 0);
      expect(await page.evaluate(() => scrollY)).toBe(0);
    };
    await measure();
    await expect.poll(() => standsAt(page)).toEqual([ALL, ALL]);
    await measure();
    await slider(page).press('Home');
    await header(page).getByText('As it was at').waitFor();
    await measure();
    for (let presses = 0; presses < 4; presses += 1) await page.keyboard.press('Shift+Tab');
    await measure();
    expect(heights.size).toBe(1);
  });
});

describe.concurrent('a workflow that runs', () => {
  test('F9, E14: while looking back, new events do not disturb the view, commands apply to now, and L returns there', async ({
    expect,
  }) => {
    const testLog = await record(log, review);
    await using at = await visit(browser);
    const { page } = at;
    await open(page, pageOf(testLog), review.length);
    await pressAt(page, 0.55);
    await header(page).getByText('As it was at').waitFor();
    // The text may be rendered a moment later.
    await expect.poll(() => draft(page).innerText()).not.toContain('What to do');
    const text = await draft(page).innerText();
    const [event] = await standsAt(page);
    const stopping = new AbortController();
    const going = keepAppending(testLog, 3_627_000, stopping.signal);
    await expect.poll(async () => (await standsAt(page))[1]).toBeGreaterThan(review.length + 30);
    expect((await standsAt(page))[0]).toBe(event);
    expect(await draft(page).innerText()).toBe(text);
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    await slider(page).press('l');
    await draft(page).getByText('more20').waitFor();
    await dock(page).getByText('Live').waitFor();
    stopping.abort();
    await going;
    // The live events and the loaded ones together are the log, each event once.
    await expect.poll(() => standsAt(page)).toEqual([testLog.tail, testLog.tail]);
    await slider(page).press('ArrowLeft');
    await header(page).getByText('As it was at').waitFor();
    const pieces = Array.from({ length: testLog.tail - review.length - 1 }, (_, n) => `more${n}`);
    await expect.poll(() => draft(page).getByRole('paragraph').innerText()).toBe(pieces.join(' '));
    expect(at.warnings).toEqual([]);
  });

  test('F9: an end that arrives while looking back is announced and extends the tape', async ({
    expect,
  }) => {
    const testLog = await record(log, review);
    await using at = await visit(browser);
    const { page } = at;
    await open(page, pageOf(testLog), review.length);
    await slider(page).press('Home');
    // Observed in the page from the start, because the toast lasts only a few seconds.
    const told = page.waitForFunction(
      () => [...document.querySelectorAll('li')].some((item) => item.textContent === 'Completed'),
      undefined,
      { polling: 'raf' },
    );
    await testLog.append(...reviewed);
    await told;
    await badge(page, 'Running').waitFor();
    await dock(page).getByRole('button', { name: 'Back to the end' }).click();
    await badge(page, 'Completed').waitFor();
    await expect.poll(() => standsAt(page)).toEqual([ALL, ALL]);
  });

  test('F9: a long tape is loaded in short form, drawn with few lines, and its events are read around the playhead', async ({
    expect,
  }) => {
    const events = 25_000;
    const testLog = await record(log, longReview(events));
    await using at = await visit(browser);
    const { page } = at;
    const asked: string[] = [];
    page.on('request', (request) => {
      const procedures = /\/trpc\/([^?]*)/.exec(request.url())?.[1]?.split(',') ?? [];
      asked.push(...procedures.filter((name) => name.startsWith('workflow.')));
    });
    await open(page, pageOf(testLog), events);
    expect(asked.filter((name) => name === 'workflow.tape')).toHaveLength(1);
    expect(asked).not.toContain('workflow.events');
    expect(await slider(page).locator('svg *').count()).toBeLessThan(40);
    await pressAt(page, 0.1);
    await header(page).getByText('As it was at').waitFor();
    const [event] = await standsAt(page);
    expect(event).toBeGreaterThan(2000);
    expect(event).toBeLessThan(3000);
    expect(asked.filter((name) => name === 'workflow.past')).toHaveLength(1);
    expect(asked.filter((name) => name === 'workflow.events')).toHaveLength(1);
  });
});
