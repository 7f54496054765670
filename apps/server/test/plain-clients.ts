import { spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { EventSource as EventSourcePackage } from 'eventsource';
import { framesIn } from './frames.ts';

/** A frame as a client parsed it. */
export interface ReceivedFrame {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Reads a stream to its end with one kind of client. */
export type PlainClient = (url: string, hear: (heard: ReceivedFrame) => void) => Promise<void>;

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

/** The eventsource package, listening for these events. Ends when it stops reconnecting. */
export function eventSourcePackage(names: readonly string[]): PlainClient {
  return async (url, hear) => {
    const source = new EventSourcePackage(url);
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const event of names) {
      source.addEventListener(event, ({ data, lastEventId }) => {
        if (data !== undefined) hear({ event, data: String(data), id: lastEventId });
      });
    }
    // A connection that ends is an error to an EventSource as well; only the last end closes it.
    source.addEventListener('error', () => {
      if (source.readyState === CLOSED) resolve();
    });
    await promise;
  };
}
