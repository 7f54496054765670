import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog } from '@runtape/event-log';
import { makeEvent, makeToken } from '@runtape/testing';
import type { Browser, BrowserContext } from 'playwright-core';
import type { WorkflowId } from '@runtape/events';
import type { Bench, Goal } from '../bench.ts';
import { nowMs } from '../measure/clock.ts';
import { interleave } from '../measure/rounds.ts';
import { markdownWords } from '../targets/markdown-words.ts';
import { startPage } from '../targets/start-page.ts';
import { writeWorkflow } from '../targets/write-workflow.ts';

const AT_ONCE = 1000;
const LAST_WORDS = 'It ends here.';
const USAGE = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
const MERGED_WITHIN_MS = 60_000;

/** The timings of one page load, in ms from the start of the navigation. */
interface PageTimings {
  /** All of the text is in the page, readable and searchable. */
  readonly textMs: number;
  /** The top of the text is rendered as Markdown. */
  readonly markdownMs: number;
  /** All of the text is rendered as Markdown. */
  readonly allMarkdownMs: number;
  /** The tape has every event, and the playhead can be moved to any of them. */
  readonly tapeMs: number;
  readonly longestTaskMs: number;
  /** The total duration of all tasks longer than 50 ms. */
  readonly longTasksMs: number;
}

interface Measurement {
  /** The first view of the workflow, with an empty browser cache. */
  readonly first: PageTimings;
  /** A second load in the same browser. */
  readonly again: PageTimings;
}

/** A long workflow that has ended, opened in Chromium. */
export const page: Bench = {
  name: 'page',
  summary: 'the page in Chromium opens finished workflows of 10,000 and 100,000 tokens',
  run: async (context) => {
    await using running = await startPage(context);
    const { url, log, browser } = running;
    const sizes: ReadonlyMap<string, number> = new Map(
      (context.isQuick ? [300, 3000] : [10_000, 100_000]).map((tokens) => [
        `${tokens.toLocaleString('en')} tokens`,
        tokens,
      ]),
    );
    const measured = await interleave(
      sizes,
      { ...context, warmsUp: true },
      async (tokens, name) => {
        const found = await measure(tokens, url, log, browser);
        const { first, again } = found;
        context.report(
          `${name}: text after ${Math.round(first.textMs)} ms, and ${Math.round(again.textMs)} ms the second time`,
        );
        return found;
      },
    );
    const table = (title: string, key: keyof PageTimings, goal?: Goal) => ({
      title,
      unit: 'ms',
      rows: [...sizes.keys()].flatMap((name) =>
        (['first', 'again'] as const).map((time) => ({
          name: `${name}, ${time === 'first' ? 'opened for the first time' : 'opened again'}`,
          goal,
          values: (measured.get(name) ?? []).map((each) => each[time][key]),
        })),
      ),
    });
    return [
      table('until all of the text is in the page', 'textMs', { value: 1000 }),
      table('until the top of the text is rendered as Markdown', 'markdownMs'),
      table('until all of the text is rendered as Markdown', 'allMarkdownMs'),
      table('until the tape can be used', 'tapeMs', { value: 2000 }),
      table('longest task', 'longestTaskMs', { value: 100 }),
      table('all tasks above 50 ms', 'longTasksMs'),
    ];
  },
};

/** Writes a new workflow and opens it twice. */
async function measure(
  tokens: number,
  url: string,
  log: EventLog,
  browser: Browser,
): Promise<Measurement> {
  const { workflowId, append } = await writeWorkflow(log);
  await append(
    makeEvent('workflow:started', { workflow: 'commentOnIssue', title: 'A bench', target: 'none' }),
    makeEvent('workflow:running', { attempt: 1, maxAttempts: 3 }),
  );
  for (let written = 0; written < tokens; written += AT_ONCE) {
    await append(...markdownWords(written, Math.min(AT_ONCE, tokens - written)));
  }
  await append(
    makeToken(`\n\n${LAST_WORDS}\n`, { isComplete: true }),
    makeEvent('workflow:completed', { durationMs: 1000, usage: USAGE, cost: null, result: null }),
  );
  await untilMerged(log, workflowId, tokens);
  const address = `${url}/workflows/${workflowId}`;
  const events = tokens + 4;
  const context = await browser.newContext();
  try {
    const first = await open(context, address, events);
    return { first, again: await open(context, address, events) };
  } finally {
    await context.close();
  }
}

/** Waits until the merged history is stored, as it is at the end of a workflow of normal speed. */
async function untilMerged(log: EventLog, workflowId: WorkflowId, tokens: number): Promise<void> {
  const until = nowMs() + MERGED_WITHIN_MS;
  while (nowMs() < until) {
    const { entries } = await log.readMerged(workflowId, { after: 0, limit: AT_ONCE });
    if ((entries.at(-1)?.seq ?? 0) >= tokens) return;
    await delay(50);
  }
  throw new Error('The history of a workflow was not merged within a minute.');
}

async function open(
  context: BrowserContext,
  address: string,
  events: number,
): Promise<PageTimings> {
  const tab = await context.newPage();
  try {
    await tab.addInitScript(observe, { events, lastWords: LAST_WORDS });
    await tab.goto(address);
    await tab.waitForFunction(() => globalThis.benchOpened.isComplete, undefined, {
      timeout: MERGED_WITHIN_MS,
    });
    return await tab.evaluate(() => globalThis.benchOpened);
  } finally {
    await tab.close();
  }
}

declare global {
  // oxlint-disable-next-line no-var -- only `var` makes a global of a page typed.
  var benchOpened: { -readonly [Key in keyof PageTimings]: PageTimings[Key] } & {
    isComplete: boolean;
  };
}

/** Runs in the page before its own code: checks in each frame until everything is shown. */
function observe({ events, lastWords }: { events: number; lastWords: string }): void {
  const seen: typeof globalThis.benchOpened = {
    textMs: 0,
    markdownMs: 0,
    allMarkdownMs: 0,
    tapeMs: 0,
    longestTaskMs: 0,
    longTasksMs: 0,
    isComplete: false,
  };
  globalThis.benchOpened = seen;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
      seen.longTasksMs += duration;
    }
  }).observe({ type: 'longtask', buffered: true });
  const recordTime = (
    key: 'textMs' | 'markdownMs' | 'allMarkdownMs' | 'tapeMs',
    isPresent: boolean,
  ) => {
    if (isPresent && seen[key] === 0) seen[key] = performance.now();
  };
  const checkPage = (): void => {
    const draft = '[aria-labelledby=draft-title]';
    const last = [...document.querySelectorAll(`${draft} .draft-section`)].at(-1);
    const hasText = last?.textContent.includes(lastWords) === true;
    recordTime('textMs', hasText);
    recordTime('markdownMs', document.querySelector(`${draft} .draft`) !== null);
    const waiting = document.querySelector(`${draft} .whitespace-pre-wrap`);
    recordTime('allMarkdownMs', seen.markdownMs > 0 && hasText && waiting === null);
    recordTime(
      'tapeMs',
      document.querySelector(`[role=slider][aria-valuenow="${events}"]`) !== null,
    );
    seen.isComplete = seen.allMarkdownMs > 0 && seen.tapeMs > 0;
    if (!seen.isComplete) requestAnimationFrame(checkPage);
  };
  requestAnimationFrame(checkPage);
}
