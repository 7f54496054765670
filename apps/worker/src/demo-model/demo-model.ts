import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { inspect } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { type FailureScript, PendingFailures } from './failures.ts';
import { type DemoModelRequest, RequestLog } from './request-log.ts';
import type { BeforeToken } from './wire/deliver.ts';

export { demoModelName } from './app.ts';
export type { FailureScript, BeforeToken };

export interface DemoModelOptions {
  /** The pace of every answer. Default: 60, which is readable; `Infinity` for no delay. */
  readonly tokensPerSecond?: number;
  /** The failure of each request. Default: none. */
  readonly failures?: FailureScript;
  /** Delays text between tokens, for tests that act in the meantime. Default: no delay. */
  readonly beforeToken?: BeforeToken;
  /** The clock behind `created` and `receivedAt`. Default: the system's. */
  readonly now?: () => Date;
  /** Receives internal errors, which a client sees as a 500. Default: logs to stderr. */
  readonly onError?: (error: unknown) => void;
}

/** A running demo model. Disposing of it closes it. */
export interface DemoModel extends AsyncDisposable {
  /** The `baseURL` for the OpenAI SDK, such as `http://127.0.0.1:41234/v1`. */
  readonly url: string;
  /** The latest 1,000 requests, oldest first. */
  readonly requests: readonly DemoModelRequest[];
  /**
   * Appends to the script of failures. Each valid request for a completion takes one entry; a
   * request that is refused for its content takes none. The SDK repeats a request after a 429 or
   * 5xx by itself.
   */
  script(failures: FailureScript): void;
  /** Stops answering, closes every connection, and resolves when all are closed. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server on a free port of the loopback interface that implements the OpenAI
 * protocol (`POST /v1/chat/completions`, streaming or not, with tools; `GET /v1/models`) for the
 * model `runtape-demo`. It accepts any key except `wrong-key`.
 *
 * It is not a language model: it searches the repository with the offered tools for words of the
 * issue or question, and fills a template with the results. Every text says so.
 *
 * @throws RangeError for a pace that is not above 0.
 */
export async function startDemoModel(options: DemoModelOptions = {}): Promise<DemoModel> {
  const { tokensPerSecond = 60, now = () => new Date(), onError = printError } = options;
  if (!(tokensPerSecond > 0)) {
    throw new RangeError(
      `The pace must be a number of tokens per second above 0, and was ${tokensPerSecond}.`,
    );
  }
  const failures = new PendingFailures(options.failures ?? []);
  const requests = new RequestLog();
  const running = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;

  const app = createApp({
    tokensPerSecond,
    failures,
    beforeToken: options.beforeToken ?? (() => Promise.resolve()),
    requests,
    now,
    onError,
    isClosing: () => closing !== undefined,
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => {
    const handled = listener(incoming, outgoing).finally(() => running.delete(handled));
    running.add(handled);
  });
  const url = `http://127.0.0.1:${await listen(server)}/v1`;

  async function shutDown(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await Promise.all(running);
  }
  const close = (): Promise<void> => (closing ??= shutDown());

  return {
    url,
    requests: requests.all,
    script: (more) => failures.append(more),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function listen(server: Server): Promise<number> {
  const listening = once(server, 'listening');
  server.listen(0, '127.0.0.1');
  await listening;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

function printError(error: unknown): void {
  process.stderr.write(`${inspect(error)}\n`);
}
