import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';

/** Long enough that the two halves are sent, and arrive, as two packets. */
const betweenHalvesMs = 5;

/**
 * Writes server-sent events to a socket. Every method rejects with the signal's reason once it
 * aborts.
 */
export interface EventStream {
  readonly send: (data: string) => Promise<void>;
  /** Sends data in two writes, split within a multi-byte character if there is one. */
  readonly sendSplit: (data: string) => Promise<void>;
  /** Ends the response normally. */
  readonly end: () => Promise<void>;
  /** Destroys the socket in the middle of a line, after all earlier data has been sent. */
  readonly cut: () => Promise<void>;
}

export function openEventStream(response: ServerResponse, signal: AbortSignal): EventStream {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  });

  async function write(bytes: string | Uint8Array): Promise<void> {
    signal.throwIfAborted();
    if (!response.write(bytes)) await once(response, 'drain', { signal });
  }

  return {
    send: (data) => write(frame(data)),
    async sendSplit(data) {
      const bytes = Buffer.from(frame(data));
      const middle = bytes.findIndex((byte) => isContinuationByte(byte));
      if (middle === -1) return write(bytes);
      await write(bytes.subarray(0, middle));
      await setTimeout(betweenHalvesMs, undefined, { signal });
      await write(bytes.subarray(middle));
    },
    async end() {
      signal.throwIfAborted();
      const finished = once(response, 'finish', { signal });
      response.end();
      await finished;
    },
    async cut() {
      signal.throwIfAborted();
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        // Half a line, destroyed only after it was sent: the client gets all complete events before
        // the cut, and no more.
        response.write('data: {"id"', () => response.destroy());
      });
    },
  };
}

function frame(data: string): string {
  return `data: ${data}\n\n`;
}

function isContinuationByte(byte: number): boolean {
  return (byte & 0b1100_0000) === 0b1000_0000;
}
