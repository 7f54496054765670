import { request as ask, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Frame, ClientSession, SessionEnd } from '../records.ts';
import type { Surface } from './surfaces.ts';
import { SseParser } from './sse-parser.ts';

/** Heartbeats arrive every second, so after this long a silence the connection is dead. */
const SILENT_AFTER_MS = 6_000;

export interface ObserveOptions {
  readonly surface: Surface;
  /** Origin of the server. */
  readonly server: string;
  readonly workflowId: string;
  readonly after: string | null;
  /** How long to pause after each chunk, in ms; `Infinity` stops reading forever. */
  readonly readDelayMs: () => number;
  /** Ends the session: the client leaves. */
  readonly signal: AbortSignal;
}

/** Observes a workflow over one connection until it ends, breaks, or the client leaves. */
export async function observe(options: ObserveOptions): Promise<ClientSession> {
  const { surface, server, workflowId, after, signal } = options;
  const { path, headers, body } = surface.requestOf(workflowId, after);
  const method = body === undefined ? 'GET' : 'POST';
  const request = ask(new URL(path, server), { agent: false, method, headers: { ...headers } });
  const frames: Frame[] = [];
  const session = { after, wantsState: surface.wantsState ?? false, server, frames };
  try {
    const observation = new Observation(request, options, frames);
    request.end(body);
    const end = await observation.end;
    return { ...session, end: signal.aborted ? { kind: 'left' } : end };
  } finally {
    request.destroy();
  }
}

class Observation {
  readonly end: Promise<SessionEnd>;
  readonly #request: ClientRequest;
  readonly #options: ObserveOptions;
  readonly #frames: Frame[];
  readonly #finish: (end: SessionEnd) => void;
  #silence: NodeJS.Timeout | undefined;

  constructor(request: ClientRequest, options: ObserveOptions, frames: Frame[]) {
    const { promise, resolve } = Promise.withResolvers<SessionEnd>();
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
    // Kept after the end, because a destroyed socket may still emit an error.
    request.on('error', ({ message }) => resolve({ kind: 'broken', reason: message }));
    request.on('response', (response) => this.#read(response));
    this.#restartSilenceTimer();
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
      const received = this.#options.surface.receive(message);
      if (received?.kind === 'frame') this.#frames.push(received.frame);
      else if (received !== null) this.#finish(received);
    });
    response.on('data', (bytes: Uint8Array) => {
      // Data after the end of the session does not count as received.
      if (this.#request.destroyed) return;
      parser.push(bytes);
      this.#readDelay(response);
    });
    response.on('end', () => this.#finish({ kind: 'broken', reason: 'the stream ended' }));
  }

  #readDelay(response: IncomingMessage): void {
    const ms = this.#options.readDelayMs();
    if (ms <= 0) {
      this.#restartSilenceTimer();
      return;
    }
    response.pause();
    clearTimeout(this.#silence);
    if (ms === Infinity) return;
    this.#silence = setTimeout(() => {
      response.resume();
      this.#restartSilenceTimer();
    }, ms);
  }

  #restartSilenceTimer(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      this.#finish({ kind: 'broken', reason: `silent for ${SILENT_AFTER_MS} ms` });
    }, SILENT_AFTER_MS);
  }
}
