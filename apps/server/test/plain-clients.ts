import { spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { launchBrowser } from '@runtape/e2e';
import { EventSource as EventSourcePackage } from 'eventsource';
import { z } from 'zod';
import { framesIn } from './frames.ts';

declare global {
  interface Window {
    /** Of the page under test: tells the test. */
    readonly hear: (heard: object) => Promise<void>;
  }
}

/** What a client made of one frame. */
export interface Heard {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Reads a stream to its end, in the way of one kind of client. Ends when the client does. */
export type PlainClient = (url: string, hear: (heard: Heard) => void) => Promise<void>;

const heardSchema = z.object({ event: z.string(), data: z.string(), id: z.string() });
const CLOSED = 2;

export const hasCurl = spawnSync('curl', ['--version']).status === 0;

export const curl: PlainClient = async (url, hear) => {
  const child = spawn('curl', ['--silent', '--show-error', '--no-buffer', '--fail', url]);
  const ended = Promise.withResolvers<number | null>();
  child.on('error', (error) => ended.reject(error));
  child.on('close', (code) => ended.resolve(code));
  for await (const { event = '', data, id = '' } of framesIn(textOf(child.stdout))) {
    if (data !== undefined) hear({ event, data, id });
  }
  const code = await ended.promise;
  if (code !== 0) throw new Error(`curl ended with ${code}.`);
};

async function* textOf(stream: Readable): AsyncGenerator<string, void> {
  for await (const text of stream.setEncoding('utf8')) yield String(text);
}

/** The eventsource package, asked for events of these names. Ends when it stays away for good. */
export function eventSourcePackage(names: readonly string[]): PlainClient {
  return async (url, hear) => {
    const source = new EventSourcePackage(url);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const event of names) {
      source.addEventListener(event, ({ data, lastEventId }) => {
        if (data !== undefined) hear({ event, data: String(data), id: lastEventId });
      });
    }
    // A connection that ends is an error to an EventSource as well; only the last one closes it.
    source.addEventListener('error', () => {
      if (source.readyState === CLOSED) resolve();
    });
    await promise;
  };
}

/** The same by a browser, on a page of the server it reads from. */
export function browserEventSource(
  browser: Awaited<ReturnType<typeof launchBrowser>>,
  names: readonly string[],
): PlainClient {
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
