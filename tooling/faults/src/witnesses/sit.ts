import { request as ask, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Frame, Sitting, SittingEnd } from '../records.ts';
import type { Door } from './doors.ts';
import { SseParser } from './sse-parser.ts';

/** Heartbeats come every second: after so long the connection is dead, whatever TCP says. */
const SILENT_AFTER_MS = 6_000;

export interface SitOptions {
  readonly door: Door;
  /** Origin of the server. */
  readonly server: string;
  readonly workflowId: string;
  readonly after: string | null;
  /** How long to read nothing after each piece that came, in ms; `Infinity` stops reading for good. */
  readonly dawdleMs: () => number;
  /** Ends the sitting: the witness leaves. */
  readonly signal: AbortSignal;
}

/** Watches a workflow over one connection until it ends, breaks, or the witness leaves. */
export async function sit(options: SitOptions): Promise<Sitting> {
  const { door, server, workflowId, after, signal } = options;
  const { path, headers, body } = door.requestOf(workflowId, after);
  const method = body === undefined ? 'GET' : 'POST';
  const request = ask(new URL(path, server), { agent: false, method, headers: { ...headers } });
  const frames: Frame[] = [];
  const sitting = { after, wantsState: door.wantsState ?? false, server, frames };
  try {
    const watch = new Watch(request, options, frames);
    request.end(body);
    const end = await watch.end;
    return { ...sitting, end: signal.aborted ? { kind: 'left' } : end };
  } finally {
    request.destroy();
  }
}

class Watch {
  readonly end: Promise<SittingEnd>;
  readonly #request: ClientRequest;
  readonly #options: SitOptions;
  readonly #frames: Frame[];
  readonly #finish: (end: SittingEnd) => void;
  #silence: NodeJS.Timeout | undefined;

  constructor(request: ClientRequest, options: SitOptions, frames: Frame[]) {
    const { promise, resolve } = Promise.withResolvers<SittingEnd>();
    const leave = (): void => resolve({ kind: 'left' });
    this.#request = request;
    this.#options = options;
    this.#frames = frames;
    this.#finish = resolve;
    this.end = promise.finally(() => {
      clearTimeout(this.#silence);
      options.signal.removeEventListener('abort', leave);
    });
    options.signal.addEventListener('abort', leave);
    if (options.signal.aborted) leave();
    // Also after the end: a socket that is destroyed may still fail.
    request.on('error', ({ message }) => resolve({ kind: 'broken', reason: message }));
    request.on('response', (response) => this.#read(response));
    this.#expectNews();
  }

  #read(response: IncomingMessage): void {
    const { statusCode = 0 } = response;
    response.on('error', ({ message }) => this.#finish({ kind: 'broken', reason: message }));
    if (statusCode === 204) {
      this.#finish({ kind: 'finished' });
    } else if (statusCode === 200) {
      this.#readStream(response);
    } else {
      const kind = statusCode >= 500 ? 'broken' : 'refused';
      this.#finish({ kind, reason: `HTTP ${statusCode}` });
    }
  }

  #readStream(response: IncomingMessage): void {
    const parser = new SseParser((message) => {
      const heard = this.#options.door.hear(message);
      if (heard?.kind === 'frame') this.#frames.push(heard.frame);
      else if (heard !== null) this.#finish(heard);
    });
    response.on('data', (bytes: Uint8Array) => {
      // What comes after the end of the sitting was not seen.
      if (this.#request.destroyed) return;
      parser.push(bytes);
      this.#dawdle(response);
    });
    response.on('end', () => this.#finish({ kind: 'broken', reason: 'the stream ended' }));
  }

  #dawdle(response: IncomingMessage): void {
    const ms = this.#options.dawdleMs();
    if (ms <= 0) {
      this.#expectNews();
      return;
    }
    response.pause();
    clearTimeout(this.#silence);
    if (ms === Infinity) return;
    this.#silence = setTimeout(() => {
      response.resume();
      this.#expectNews();
    }, ms);
  }

  #expectNews(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#finish({ kind: 'broken', reason: `silent for ${SILENT_AFTER_MS} ms` });
    }, SILENT_AFTER_MS);
  }
}
