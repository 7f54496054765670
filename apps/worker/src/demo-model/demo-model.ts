import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { inspect } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import type { MayGoOn } from './answer.ts';
import { createApp } from './app.ts';
import { DemoModelError } from './errors.ts';
import { PendingFailures } from './failures.ts';
import type { FailureScript } from './failures.ts';
import { RequestLog } from './request-log.ts';
import type { DemoModelRequest } from './request-log.ts';

export interface DemoModelOptions {
  /** Port on the loopback interface. Default 0: a free one. */
  readonly port?: number;
  /** Pace of every answer. Default 60, which can be read along; `Infinity` for no delay. */
  readonly tokensPerSecond?: number;
  /** What shall go wrong, request by request. Default: nothing. */
  readonly failures?: FailureScript;
  /** Holds texts up in the middle, for a test that does something meanwhile. Default: nothing waits. */
  readonly mayGoOn?: MayGoOn;
  /** The clock behind `created` and `receivedAt`. Default: the system's. */
  readonly now?: () => Date;
  /** Gets what broke in the demo model itself, of which a client only sees a 500. Default: it is printed to stderr. */
  readonly onError?: (error: unknown) => void;
}

/** A running demo model. Disposing it is closing it. */
export interface DemoModel extends AsyncDisposable {
  /** The `baseURL` for the OpenAI SDK, such as `http://127.0.0.1:41234/v1`. */
  readonly url: string;
  /** The latest 1,000 requests, oldest first. */
  readonly requests: readonly DemoModelRequest[];
  /**
   * Appends to the script of failures. Each valid request for a completion takes one entry; a request that is refused
   * for what it says takes none. Mind that the SDK repeats a request after a 429 or 5xx by itself.
   */
  script(failures: FailureScript): void;
  /** Stops answering, closes every connection, and resolves when nothing is left. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server on loopback that speaks the OpenAI protocol (`POST /v1/chat/completions`, streaming or not, with
 * tools; `GET /v1/models`) for the model `runtape-demo`. Any key is taken, except `wrong-key`.
 *
 * It is no language model: it searches the repository by the tools it is offered, for words of the issue in the user
 * messages, and drafts a comment out of what comes back. Every draft says so.
 *
 * @throws DemoModelError `invalid_option` for a pace that is not above 0 or a port out of range, `port_unavailable` when it cannot listen.
 */
export async function startDemoModel(options: DemoModelOptions = {}): Promise<DemoModel> {
  const { port = 0, tokensPerSecond = 60, now = () => new Date() } = options;
  if (!(tokensPerSecond > 0)) {
    throw new DemoModelError(
      'invalid_option',
      `The pace must be a number of tokens per second above 0, and was ${tokensPerSecond}.`,
    );
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new DemoModelError(
      'invalid_option',
      `The port must be from 0 to 65535, and was ${port}.`,
    );
  }
  const failures = new PendingFailures(options.failures ?? []);
  const requests = new RequestLog();
  const running = new Set<Promise<void>>();
  let closing: Promise<void> | undefined;

  const app = createApp({
    tokensPerSecond,
    failures,
    mayGoOn: options.mayGoOn ?? (() => Promise.resolve()),
    requests,
    now,
    onError: options.onError ?? printError,
    isClosing: () => closing !== undefined,
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => {
    const handled = listener(incoming, outgoing).finally(() => running.delete(handled));
    running.add(handled);
  });
  const url = `http://127.0.0.1:${await listen(server, port)}/v1`;

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

async function listen(server: Server, port: number): Promise<number> {
  const listening = once(server, 'listening');
  try {
    server.listen(port, '127.0.0.1');
    await listening;
  } catch (cause) {
    throw new DemoModelError(
      'port_unavailable',
      `The demo model cannot listen on port ${port}; another program may use it. Choose another port, or none to get a free one.`,
      { cause },
    );
  }
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : port;
}

function printError(error: unknown): void {
  process.stderr.write(`${inspect(error)}\n`);
}
