import { abortError } from '@runtape/async';
import { createParser } from 'eventsource-parser';
import { RuntapeClientError } from '@runtape/client';
import { connectionLost, fromAnswer, type StreamEnd, unreachable } from '@runtape/client/internals';

/** A server-sent event. It needs no id: each message carries its own. */
export interface SseFrame {
  readonly event: string;
  readonly data: string;
}

export interface ReadSseStreamOptions {
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** Sent as JSON. */
  readonly body: unknown;
  /** Called when the stream is live. If it returns false, the stream is not needed. */
  readonly onLive: () => boolean;
  readonly onFrame: (frame: SseFrame) => void;
  /** Returns how the stream ends when the server closes it. */
  readonly onEnd: () => StreamEnd;
  /** Called when any data arrives, including heartbeats. */
  readonly onData: () => void;
  /** The time limit for the server's first response, in ms. */
  readonly connectTimeoutMs: number;
  /** The longest silence before the stream counts as dead, in ms; the server sends heartbeats. */
  readonly silenceMs: number;
  /** Ends the stream as `reopen`. */
  readonly superseded: AbortSignal;
  readonly signal: AbortSignal;
}

/**
 * Runs one event stream over fetch, from connecting to its first failure.
 * @throws an AbortError when the signal aborts.
 */
export async function readSseStream(options: ReadSseStreamOptions): Promise<StreamEnd> {
  const { superseded, signal } = options;
  if (signal.aborted) throw abortError(signal);
  const leaving = new AbortController();
  const reader = new SseStreamReader(options, leaving);
  try {
    return await reader.read();
  } catch (thrown) {
    if (signal.aborted) throw abortError(signal);
    if (superseded.aborted) return { kind: 'reopen' };
    if (thrown instanceof RuntapeClientError) return { kind: 'failed', error: thrown };
    const error = reader.wasLive ? connectionLost(thrown) : unreachable(thrown);
    return { kind: 'failed', error };
  } finally {
    reader.close();
    leaving.abort();
  }
}

class SseStreamReader {
  wasLive = false;
  readonly #options: ReadSseStreamOptions;
  readonly #leaving: AbortController;
  #watchdog: ReturnType<typeof setTimeout>;

  constructor(options: ReadSseStreamOptions, leaving: AbortController) {
    this.#options = options;
    this.#leaving = leaving;
    this.#watchdog = setTimeout(() => leaving.abort(), options.connectTimeoutMs);
  }

  async read(): Promise<StreamEnd> {
    const { superseded, onLive, onFrame, onEnd } = this.#options;
    const body = await this.#open();
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const frames: SseFrame[] = [];
    const parser = createParser({
      onEvent: ({ event = 'message', data }) => frames.push({ event, data }),
    });
    for (;;) {
      const { done, value } = await reader.read();
      // Data that arrived before the request was superseded belongs to cursors that are sent again.
      if (superseded.aborted) return { kind: 'reopen' };
      if (done) return onEnd();
      this.#onData();
      if (!this.wasLive) {
        this.wasLive = true;
        if (!onLive()) return { kind: 'reopen' };
      }
      parser.feed(decoder.decode(value, { stream: true }));
      for (const frame of frames.splice(0)) {
        onFrame(frame);
        if (superseded.aborted) return { kind: 'reopen' };
      }
    }
  }

  close(): void {
    clearTimeout(this.#watchdog);
  }

  async #open(): Promise<ReadableStream<Uint8Array>> {
    const { url, fetch, body, superseded, signal } = this.#options;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.any([signal, superseded, this.#leaving.signal]),
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.ok && response.body !== null && /^text\/event-stream\b/i.test(type)) {
      return response.body;
    }
    throw fromAnswer(response.status, await response.text());
  }

  #onData(): void {
    this.#options.onData();
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#leaving.abort(), this.#options.silenceMs);
  }
}
