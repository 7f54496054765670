import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog } from '@runtape/event-log';
import { makeToken } from '@runtape/testing';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Bench } from '../bench.ts';
import { nowMs } from '../measure/clock.ts';
import { interleave, ratios, valuesOf } from '../measure/rounds.ts';
import { markdownWords } from '../targets/markdown-words.ts';
import { startPage } from '../targets/start-page.ts';
import { writeWorkflow } from '../targets/write-workflow.ts';

const AT_ONCE = 100;
const SECOND_MS = 1000;

/** How text arrives in an open page. */
interface Case {
  readonly tokens: number;
  /** Tokens per second. Default: all at once. */
  readonly perSecond?: number;
}

interface Measurement {
  /**
   * The time from the first written token to the last shown one, minus the time that the pace
   * takes.
   */
  readonly behindMs: number;
  /** The busy time of the page's main thread. */
  readonly workMs: number;
  readonly longestTaskMs: number;
  /** Text changes per changed frame; more than one change in a frame would be wasted work. */
  readonly changesPerFrame: number;
}

/** The page in Chromium, while a model writes Markdown faster than anyone can read. */
export const render: Bench = {
  name: 'render',
  summary: 'the page in Chromium shows Markdown of 1,000 and 10,000 tokens, paced and in a burst',
  run: async (context) => {
    await using running = await startPage(context);
    const { url, log, browser } = running;
    const [few, many] = context.isQuick ? [100, 1000] : [1000, 10_000];
    const cases: ReadonlyMap<string, Case> = new Map([
      [`${few.toLocaleString('en')} tokens in a burst`, { tokens: few }],
      [`${many.toLocaleString('en')} tokens in a burst`, { tokens: many }],
      [
        `${many.toLocaleString('en')} tokens, ${(many / 10).toLocaleString('en')} a second`,
        { tokens: many, perSecond: many / 10 },
      ],
    ]);
    const measured = await interleave(cases, context, async (one, name) => {
      const found = await measure(one, url, log, browser);
      context.report(`${name}: ${Math.round(found.workMs)} ms of the main thread`);
      return found;
    });
    const table = (title: string, unit: string, key: keyof Measurement, goal?: number) => ({
      title,
      unit,
      rows: [...cases.keys()].map((name) => ({
        name,
        goal: goal === undefined ? undefined : { value: goal },
        values: valuesOf(measured, name, key),
      })),
    });
    const [short = '', long = ''] = [...cases.keys()];
    return [
      table('from the last token written to the last one shown', 'ms', 'behindMs'),
      table('main-thread time', 'ms', 'workMs'),
      table('longest task', 'ms', 'longestTaskMs'),
      table('text changes per frame', 'changes', 'changesPerFrame', 1),
      {
        title: 'main-thread time for ten times the text in a burst',
        unit: '×',
        rows: [
          {
            name: long,
            goal: { value: 12 },
            values: ratios(valuesOf(measured, long, 'workMs'), valuesOf(measured, short, 'workMs')),
          },
        ],
      },
    ];
  },
};

/** Opens the page, writes, and waits until the last word is shown. */
async function measure(
  { tokens, perSecond }: Case,
  url: string,
  log: EventLog,
  browser: Browser,
): Promise<Measurement> {
  const workflow = await writeWorkflow(log);
  await workflow.append(makeToken('# A long draft\n\nIt begins here.\n\n'));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${url}/workflows/${workflow.workflowId}`);
    await shown(page, 'It begins here.').waitFor();
    const devTools = await context.newCDPSession(page);
    await devTools.send('Performance.enable');
    const workMs = async () => {
      const { metrics } = await devTools.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * SECOND_MS;
    };
    await observe(page);
    const before = await workMs();
    const fromMs = nowMs();
    for (let written = 0; written < tokens; written += AT_ONCE) {
      const due = fromMs + (perSecond === undefined ? 0 : (written / perSecond) * SECOND_MS);
      await delay(Math.max(0, due - nowMs()));
      await workflow.append(...markdownWords(written, Math.min(AT_ONCE, tokens - written)));
    }
    const writtenMs = nowMs();
    await workflow.append(makeToken('\n\nIt ends here.\n'));
    await shown(page, 'It ends here.').waitFor();
    const shownMs = nowMs();
    const seen = await page.evaluate(() => globalThis.benchSeen);
    return {
      behindMs: shownMs - writtenMs,
      workMs: (await workMs()) - before,
      longestTaskMs: seen.longestTaskMs,
      changesPerFrame: seen.changes / Math.max(1, seen.frames),
    };
  } finally {
    await context.close();
  }
}

/** The visible paragraph, since the text for screen readers has the same words. */
function shown(page: Page, text: string): Locator {
  return page.locator('main p:not([aria-live])').filter({ hasText: text });
}

declare global {
  // oxlint-disable-next-line no-var -- only `var` makes a global of a page typed.
  var benchSeen: { changes: number; frames: number; longestTaskMs: number };
}

/** Counts text changes and changed frames in the page, and records its longest task. */
async function observe(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen = { changes: 0, frames: 0, longestTaskMs: 0 };
    globalThis.benchSeen = seen;
    let isCounted = false;
    const text = document.querySelector('main') ?? document.body;
    new MutationObserver(() => {
      seen.changes += 1;
      if (isCounted) return;
      isCounted = true;
      seen.frames += 1;
      requestAnimationFrame(() => {
        isCounted = false;
      });
    }).observe(text, { childList: true, subtree: true, characterData: true });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
      }
    }).observe({ type: 'longtask' });
  });
}
