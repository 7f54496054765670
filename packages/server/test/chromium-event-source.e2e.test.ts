import { browserEventSource, launchBrowser } from '@runtape/e2e';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { eventNames, type PlainClient } from './plain-clients.ts';
import {
  completeResult,
  ends,
  formats,
  readEnded,
  readLive,
  expectedEnd,
} from './plain-scenarios.ts';

let browser: Awaited<ReturnType<typeof launchBrowser>>;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(() => browser.close());

const chromium: PlainClient = async (url, onEvent) =>
  await browserEventSource(browser, eventNames)(url, onEvent);

describe.concurrent.each(formats)('B1 D2: format=%s', (format) => {
  test("is read live by Chromium's own EventSource, to its end", async () => {
    expect(await readLive(chromium, format)).toEqual(completeResult(format));
  });

  test.each(ends)(
    "F6 B3: for a workflow that is %s Chromium's own EventSource receives all events, and does not reconnect",
    async (end) => {
      expect(await readEnded(chromium, format, end)).toEqual(expectedEnd(format, end));
    },
  );
});
