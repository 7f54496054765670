import { z } from 'zod';
import type { launchBrowser } from './launch-browser.ts';

declare global {
  interface Window {
    /** Of the page under test: tells the test. */
    readonly hear: (heard: object) => Promise<void>;
  }
}

const heardSchema = z.object({ event: z.string(), data: z.string(), id: z.string() });

/**
 * The browser's own EventSource, on a page of the server that it reads from, for events with these
 * names.
 * @returns a function that reads a stream until the browser stops reconnecting.
 */
export function browserEventSource(
  browser: Awaited<ReturnType<typeof launchBrowser>>,
  names: readonly string[],
): (url: string, hear: (heard: z.infer<typeof heardSchema>) => void) => Promise<void> {
  return async (url, hear) => {
    await using page = await browser.newPage();
    await page.exposeFunction('hear', (heard: unknown) => hear(heardSchema.parse(heard)));
    await page.goto(new URL('/api/health', url).href);
    await page.evaluate(
      async ([at = '', ...events]) => {
        const source = new EventSource(at);
        const { promise, resolve } = Promise.withResolvers<void>();
        const told: Promise<void>[] = [];
        for (const event of events) {
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
      [url, ...names],
    );
  };
}
