import { EventSource as EventSourcePackage } from 'eventsource';
import { spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { EventSource as UndiciEventSource, fetch as undiciFetch } from 'undici';

/** What a client made of one frame. */
export interface Heard {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

/** Reads a stream to its end, in the way of one kind of client. Ends when the client does. */
export type PlainClient = (url: string, hear: (heard: Heard) => void) => Promise<void>;

/** Every name that a frame can have in any format; an EventSource has to be asked for each. */
export const eventNames =
  'token status log:created workflow:state reset workflow:completed workflow:failed workflow:cancelled llm_response complete error delta done final'.split(
    ' ',
  );

export const plainClients: Readonly<Record<string, PlainClient>> = {
  'undici fetch': async (url, hear) => {
    const parser = new FrameParser(hear);
    const reader = (await undiciFetch(url)).body?.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const next = await reader?.read();
      if (!(next?.value instanceof Uint8Array)) return;
      parser.push(decoder.decode(next.value, { stream: true }));
    }
  },
  'the EventSource of undici': (url, hear) => listenTo(new UndiciEventSource(url), hear),
  'the eventsource package': (url, hear) => listenTo(new EventSourcePackage(url), hear),
  'a raw socket': async (url, hear) => {
    const { hostname, port, pathname, search, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const body = new ChunkedBody();
    const parser = new FrameParser(hear);
    for await (const bytes of socket) {
      if (!Buffer.isBuffer(bytes)) throw new TypeError('A socket brings bytes.');
      parser.push(body.push(bytes));
    }
  },
};

export const hasCurl = spawnSync('curl', ['--version']).status === 0;

export const curl: PlainClient = async (url, hear) => {
  const child = spawn('curl', ['--silent', '--show-error', '--no-buffer', '--fail', url]);
  const parser = new FrameParser(hear);
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

/** Until it stays away for good. */
async function listenTo(source: AnyEventSource, hear: (heard: Heard) => void): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const event of eventNames) {
    source.addEventListener(event, (message) => {
      if (!('data' in message) || typeof message.data !== 'string') return;
      const id = 'lastEventId' in message ? String(message.lastEventId) : '';
      hear({ event, data: message.data, id });
    });
  }
  // A connection that ends is an error to an EventSource as well; only the last one closes it.
  source.addEventListener('error', () => {
    if (source.readyState === CLOSED) resolve();
  });
  await promise;
}

/** Splits text into frames; what has no data is none to its reader. */
class FrameParser {
  readonly #hear: (heard: Heard) => void;
  #rest = '';

  constructor(hear: (heard: Heard) => void) {
    this.#hear = hear;
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
      this.#hear({ event: fields.get('event') ?? '', data, id: fields.get('id') ?? '' });
    }
  }
}

/** The text of an HTTP/1.1 answer in chunks, as far as it came. */
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
