import { join } from 'node:path';
import type { launchBrowser } from '@runtape/e2e';
import { build } from 'vite';
import type { OpenClient } from './contract-client.ts';
import type { Received, StreamRequest } from './stream-client.ts';

declare global {
  interface Window {
    readonly openStream: (request: StreamRequest) => number;
    readonly leaveStream: (stream: number) => void;
    readonly onReceived: (received: ReceivedInPage) => Promise<void>;
  }
}

interface ReceivedInPage {
  readonly stream: number;
  readonly received: Received;
}

/** Bundles the client and its dependencies as one script for a page. */
export async function bundleClient(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root: import.meta.dirname,
    build: {
      write: false,
      minify: false,
      lib: {
        entry: join(import.meta.dirname, 'browser-entry.ts'),
        formats: ['iife'],
        name: 'contract',
      },
    },
  });
  const outputs = [built].flat().flatMap((result) => ('output' in result ? result.output : []));
  const chunk = outputs.find((output) => output.type === 'chunk');
  if (chunk === undefined || outputs.length !== 1) throw new Error('The bundle is not one file.');
  return chunk.code;
}

/** Reads streams in a browser, each client in a new context, on a page of the server itself. */
export function inChromium(
  browser: Awaited<ReturnType<typeof launchBrowser>>,
  script: string,
): OpenClient {
  return async (url) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const streams: Received[][] = [];
    const receivedBy = (stream: number): Received[] => (streams[stream] ??= []);
    await page.exposeFunction('onReceived', ({ stream, received }: ReceivedInPage) =>
      receivedBy(stream).push(received),
    );
    await page.goto(`${url}/api/health`);
    await page.evaluate(script);
    return {
      signIn: async (token) => {
        await page.evaluate(async (sent) => {
          const { ok } = await fetch('/api/session', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ token: sent }),
          });
          if (!ok) throw new Error('The server did not sign the user in.');
        }, token);
      },
      open: async (request) => {
        const stream = await page.evaluate((sent) => window.openStream(sent), request);
        return {
          received: receivedBy(stream),
          leave: () => page.evaluate((index) => window.leaveStream(index), stream),
        };
      },
      [Symbol.asyncDispose]: () => context.close(),
    };
  };
}
