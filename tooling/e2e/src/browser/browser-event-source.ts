import { z } from 'zod';
import type { launchBrowser } from './launch-browser.ts';

declare global {
  interface Window {
    /** A function of the page under test that reports an event to the test. */
    readonly onEvent: (event: object) => Promise<void>;
  }
}

const eventSchema = z.object({ event: z.string(), data: z.string(), id: z.string() });

/**
 * The browser's own EventSource, on a page of the server that it reads from, for events with these
 * names.
 * @returns a function that reads a stream until the browser stops reconnecting.
 */
export function browserEventSource(
  browser: Awaited<ReturnType<typeof launchBrowser>>,
  names: readonly string[],
): (url: string, onEvent: (event: z.infer<typeof eventSchema>) => void) => Promise<void> {
  return async (url, onEvent) => {
    await using page = await browser.newPage();
    await page.exposeFunction('onEvent', (event: unknown) => onEvent(eventSchema.parse(event)));
    await page.goto(new URL('/api/health', url).href);
    await page.evaluate(
      async ([at = '', ...events]) => {
        const source = new EventSource(at);
        const { promise, resolve } = Promise.withResolvers<void>();
        const deliveries: Promise<void>[] = [];
        for (const event of events) {
          source.addEventListener(event, (message) => {
            if (!(message instanceof MessageEvent)) return;
            deliveries.push(
              window.onEvent({ event, data: String(message.data), id: message.lastEventId }),
            );
          });
        }
        source.addEventListener('error', () => {
          if (source.readyState === EventSource.CLOSED) resolve();
        });
        await promise;
        await Promise.all(deliveries);
      },
      [url, ...names],
    );
  };
}
