import { connect, type Socket } from 'node:net';
import { createGunzip, constants } from 'node:zlib';
import { EventScanner, type NumberIn } from './event-scanner.ts';
import { ChunkedBody } from './http-body.ts';

const HEAD_END = '\r\n\r\n';
/** All sockets share one read buffer, because each read is processed before the next. */
const shared = Buffer.allocUnsafe(256 * 1024);

export interface WatcherOptions {
  readonly port: number;
  readonly request: string;
  readonly numberIn: NumberIn;
  /** Called with the number of each event, in order of arrival. */
  readonly onNumber: (number: number) => void;
  /** Called with the time when an event was written, if it contains one. */
  readonly onStamp?: ((stampMs: number) => void) | undefined;
  /** Called with the number of bytes received. */
  readonly onBytes: (bytes: number) => void;
  /** The stream was refused or has ended. */
  readonly onEnd: (why: string) => void;
}

/** A minimal watcher on a socket. */
export class Watcher {
  /** Resolves when the server has begun to answer. */
  readonly opened: Promise<void>;
  readonly #options: WatcherOptions;
  readonly #socket: Socket;
  #head: string | undefined = '';
  #feed: (buffer: Buffer, start: number, end: number) => void = () => {};
  readonly #open = Promise.withResolvers<void>();
  #isClosed = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.opened = this.#open.promise;
    const { port, request } = options;
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (bytes) => {
          this.#read(shared, bytes);
          return true;
        },
      },
    });
    this.#socket.write(request);
    this.#socket.once('error', (error) => this.#end(error.message));
    this.#socket.once('close', () => this.#end('the server has closed the connection'));
  }

  /** Reads nothing until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #end(why: string): void {
    if (this.#isClosed) return;
    this.#open.reject(new Error(why));
    this.#options.onEnd(why);
  }

  #read(buffer: Buffer, bytes: number): void {
    this.#options.onBytes(bytes);
    if (this.#head === undefined) {
      this.#feed(buffer, 0, bytes);
      return;
    }
    const had = this.#head.length;
    this.#head += buffer.toString('latin1', 0, bytes);
    const headEnd = this.#head.indexOf(HEAD_END);
    if (headEnd === -1) return;
    const head = this.#head.slice(0, headEnd).toLowerCase();
    this.#head = undefined;
    if (!head.startsWith('http/1.1 200')) {
      this.#end(head.split('\r\n', 1)[0] ?? '');
      this.close();
      return;
    }
    const scanner = new EventScanner(this.#options);
    this.#feed = feedOf(head, scanner);
    this.#open.resolve();
    this.#feed(buffer, headEnd + HEAD_END.length - had, bytes);
  }
}

function feedOf(head: string, scanner: EventScanner) {
  const body = head.includes('content-encoding: gzip') ? gunzipped(scanner) : scanner;
  if (!head.includes('transfer-encoding: chunked')) return body.feed.bind(body);
  const chunked = new ChunkedBody(body.feed.bind(body));
  return chunked.feed.bind(chunked);
}

function gunzipped(scanner: EventScanner): Pick<EventScanner, 'feed'> {
  const gunzip = createGunzip({ flush: constants.Z_SYNC_FLUSH });
  gunzip.on('data', (data: Buffer) => scanner.feed(data, 0, data.length));
  return {
    feed: (buffer, start, end) => void gunzip.write(Buffer.from(buffer.subarray(start, end))),
  };
}
