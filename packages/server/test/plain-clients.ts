import { EventSource as EventSourcePackage } from 'eventsource';
import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { EventSource as UndiciEventSource, fetch as undiciFetch } from 'undici';

/** One event as a client received it. */
export interface ReceivedEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Reads a stream with one kind of client, until the client ends. */
export type PlainClient = (
  url: string,
  onEvent: (received: ReceivedEvent) => void,
) => Promise<void>;

/** The names of all events in all formats; an EventSource needs a listener for each. */
export const eventNames =
  'token status log:created workflow:state reset workflow:completed workflow:failed workflow:cancelled llm_response complete error delta done final'.split(
    ' ',
  );

export const plainClients: Readonly<Record<string, PlainClient>> = {
  'undici fetch': async (url, onEvent) => {
    const parser = new FrameParser(onEvent);
    const reader = (await undiciFetch(url)).body?.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const next = await reader?.read();
      if (!(next?.value instanceof Uint8Array)) return;
      parser.push(decoder.decode(next.value, { stream: true }));
    }
  },
  'the EventSource of undici': (url, onEvent) => readEvents(new UndiciEventSource(url), onEvent),
  'the eventsource package': (url, onEvent) => readEvents(new EventSourcePackage(url), onEvent),
  'a raw socket': async (url, onEvent) => {
    const { hostname, port, pathname, search, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const body = new ChunkedBody();
    const parser = new FrameParser(onEvent);
    for await (const bytes of socket) {
      if (!Buffer.isBuffer(bytes)) throw new TypeError('A socket brings bytes.');
      parser.push(body.push(bytes));
    }
  },
};

export const hasCurl = spawnSync('curl', ['--version']).status === 0;

export const curl: PlainClient = async (url, onEvent) => {
  const child = spawn('curl', ['--silent', '--show-error', '--no-buffer', '--fail', url]);
  const parser = new FrameParser(onEvent);
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => parser.push(text));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.on('close', (code) =>
    code === 0 ? resolve() : reject(new Error(`curl ended with ${code}.`)),
  );
  await promise;
};

interface AnyEventSource {
  readonly readyState: number;
  addEventListener(name: string, listener: (event: Event) => void): void;
}

const CLOSED = 2;

/** Reads until the EventSource stops reconnecting. */
async function readEvents(
  source: AnyEventSource,
  onEvent: (received: ReceivedEvent) => void,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of eventNames) {
    source.addEventListener(event, (message) => {
      if (!('data' in message) || typeof message.data !== 'string') return;
      const id = 'lastEventId' in message ? String(message.lastEventId) : '';
      onEvent({ event, data: message.data, id });
    });
  }
  // An EventSource reports an error for each connection that ends; only the last one closes it.
  source.addEventListener('error', () => {
    if (source.readyState === CLOSED) resolve();
  });
  await promise;
}

/** Splits text into frames, and skips those without data. */
class FrameParser {
  readonly #onEvent: (received: ReceivedEvent) => void;
  #rest = '';

  constructor(onEvent: (received: ReceivedEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line): [string, string] => {
          const [name = '', value = ''] = line.split(/: ?(.*)/s);
          return [name, value];
        }),
      );
      const data = fields.get('data');
      if (data === undefined) continue;
      this.#onEvent({ event: fields.get('event') ?? '', data, id: fields.get('id') ?? '' });
    }
  }
}

/** Decodes the chunked body of an HTTP/1.1 response as it arrives. */
class ChunkedBody {
  #rest = Buffer.alloc(0);
  #isPastHead = false;

  push(bytes: Buffer): string {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    if (!this.#isPastHead) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end === -1) return '';
      this.#isPastHead = true;
      this.#rest = this.#rest.subarray(end + 4);
    }
    let text = '';
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      const size =
        end === -1 ? Number.NaN : Number.parseInt(this.#rest.toString('utf8', 0, end), 16);
      if (!(size > 0) || this.#rest.length < end + 2 + size + 2) return text;
      text += this.#rest.toString('utf8', end + 2, end + 2 + size);
      this.#rest = this.#rest.subarray(end + 2 + size + 2);
    }
  }
}
