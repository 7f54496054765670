import { launchBrowser } from '@runtape/e2e';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { eventNames, type PlainClient } from './plain-clients.ts';
import { allOfIt, ends, formats, readEnded, readLive, whatThereIs } from './plain-scenarios.ts';

declare global {
  interface Window {
    /** Of the page under test: tells the test. */
    readonly hear: (heard: object) => Promise<void>;
  }
}

let browser: Awaited<ReturnType<typeof launchBrowser>>;

beforeAll(async () => {
  browser = await launchBrowser(inject('chromiumPath'));
});

afterAll(() => browser.close());

const heardSchema = z.object({ event: z.string(), data: z.string(), id: z.string() });

/** The browser's own EventSource, on a page of the server it reads from; ends when it stays away for good. */
const chromium: PlainClient = async (url, hear) => {
  await using page = await browser.newPage();
  await page.exposeFunction('hear', (heard: unknown) => hear(heardSchema.parse(heard)));
  await page.goto(new URL('/api/health', url).href);
  await page.evaluate(
    async ([at = '', ...names]) => {
      const source = new EventSource(at);
      const { promise, resolve } = Promise.withResolvers<void>();
      const told: Promise<void>[] = [];
      for (const event of names) {
        source.addEventListener(event, (message) => {
          if (!(message instanceof MessageEvent)) return;
          told.push(window.hear({ event, data: String(message.data), id: message.lastEventId }));
        });
      }
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) resolve();
      });
      await promise;
      await Promise.all(told);
    },
    [url, ...eventNames],
  );
};

describe.concurrent.each(formats)('B1 D2: format=%s', (format) => {
  test("is read live by Chromium's own EventSource, to its end", async () => {
    expect(await readLive(chromium, format)).toEqual(allOfIt(format));
  });

  test.each(ends)(
    "F6 B3: of a workflow that is %s Chromium's own EventSource hears what there is, and stays away",
    async (end) => {
      expect(await readEnded(chromium, format, end)).toEqual(whatThereIs(format, end));
    },
  );
});
