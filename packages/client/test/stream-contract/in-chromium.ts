import { join } from 'node:path';
import type { launchBrowser } from '@runtape/e2e';
import { build } from 'vite';
import type { OpenClient } from './contract-client.ts';
import type { Asked, Heard } from './stream-client.ts';

declare global {
  interface Window {
    readonly openStream: (asked: Asked) => number;
    readonly leaveStream: (stream: number) => void;
  }
}

interface Told {
  readonly stream: number;
  readonly heard: Heard;
}

/** The client as one script for a page, with what it takes from `node_modules`. */
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
  if (chunk === undefined || outputs.length !== 1) throw new Error('It is not one file.');
  return chunk.code;
}

/**
 * Reads streams in pages of a browser, each as new as one that nobody has used before, on a page of
 * the server itself.
 */
export function inChromium(
  browser: Awaited<ReturnType<typeof launchBrowser>>,
  script: string,
): OpenClient {
  return async (url) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const streams: Heard[][] = [];
    const heardBy = (stream: number): Heard[] => (streams[stream] ??= []);
    await page.exposeFunction('hear', ({ stream, heard }: Told) => heardBy(stream).push(heard));
    await page.goto(`${url}/api/health`);
    await page.evaluate(script);
    return {
      signIn: async (token) => {
        await page.evaluate(async (given) => {
          const { ok } = await fetch('/api/session', {
            method: 'POST',
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ token: given }),
          });
          if (!ok) throw new Error('The server did not sign the user in.');
        }, token);
      },
      open: async (asked) => {
        const stream = await page.evaluate((given) => window.openStream(given), asked);
        return {
          heard: heardBy(stream),
          leave: () => page.evaluate((left) => window.leaveStream(left), stream),
        };
      },
      [Symbol.asyncDispose]: () => context.close(),
    };
  };
}
