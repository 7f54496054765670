import { Alarm, type WakeReason } from '../reconnect/retry-timer.ts';
import type { Asking } from '../transport/fetch-page.ts';
import { Attempts } from '../reconnect/reconnect-policy.ts';
import type { ConnectionState } from '../reconnect/connection-state.ts';
import { RuntapeClientError } from '../errors.ts';
import { type Carrier, keepStreaming } from '../reconnect/run-with-reconnect.ts';
import type { TrpcClient } from '../transport/trpc-client.ts';
import type { FollowSink } from './follower.ts';
import type { Line } from './line.ts';
import type { Lines } from './lines.ts';
import { pollLines } from './poll-lines.ts';
import type { HubSettings, StandingState } from './protocol.ts';
import { streamLines } from './stream-lines.ts';

/** How long to wait for more changes before the request is opened again, in ms. */
const SETTLE_MS = 20;

export interface KeepLinesOptions {
  /** Where the server is reached. */
  readonly url: string;
  readonly trpc: TrpcClient;
  readonly fetch: typeof globalThis.fetch;
  readonly settings: HubSettings;
  /** How long a stream may be silent before it counts as dead, in ms: the server sends heartbeats. */
  readonly silenceMs: number;
  readonly random: () => number;
  readonly now: () => number;
}

/** Keeps the one stream of all lines standing, while there are any, and tells how it stands. */
export class KeepLines {
  readonly #options: KeepLinesOptions;
  readonly #lines: Lines;
  readonly #alarm = new Alarm();
  readonly #attempts: Attempts;
  #state: StandingState = { state: 'connecting' };
  #running: AbortController | null = null;
  /** Ends the request that is open, for one with other lines or cursors. */
  #superseded = new AbortController();
  #settling: ReturnType<typeof setTimeout> | null = null;
  /** When the server said something last, in ms since 1970. */
  #heardAt = 0;
  /** Another value after each move of a cursor. */
  #moves = 0;

  constructor(lines: Lines, options: KeepLinesOptions) {
    this.#lines = lines;
    this.#options = options;
    this.#attempts = new Attempts(options.settings.retry, options.random, options.now);
  }

  /** It is worth trying again at once. */
  wake(reason: WakeReason): void {
    this.#alarm.ring(reason);
    // Timers stand still while the machine sleeps, and the stream may have died meanwhile.
    const isSilent = this.#options.now() - this.#heardAt > this.#options.silenceMs;
    if (reason === 'online' || (this.#state.state === 'live' && isSilent)) this.change();
  }

  /** Somebody came, and does not want to wait for what others have waited for. */
  tryNow(): void {
    if (this.#state.state === 'live') return;
    this.#attempts.delivered();
    this.#alarm.ring('visible');
  }

  async pause(failures: number, signal: AbortSignal): Promise<void> {
    await this.#alarm.sleep(this.#attempts.untilNextPoll(failures), signal);
  }

  asking(signal: AbortSignal): Asking {
    const { trpc, settings } = this.#options;
    return { trpc, timeoutMs: settings.connectTimeoutMs, signal };
  }

  /** The set has changed: once no more changes come, the request is opened again. */
  change(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = null;
      this.#superseded.abort();
      if (this.#lines.wanted().length === 0) this.stop();
      else this.#run();
    }, SETTLE_MS);
  }

  stop(): void {
    if (this.#settling !== null) clearTimeout(this.#settling);
    this.#settling = null;
    this.#running?.abort();
    this.#running = null;
  }

  #run(): void {
    if (this.#running !== null) return;
    const running = new AbortController();
    this.#running = running;
    this.#attempts.delivered();
    keepStreaming({
      carrier: this.#carrier(),
      attempts: this.#attempts,
      alarm: this.#alarm,
      signal: running.signal,
      onConnection: (state) => this.#tell(state),
    }).then(
      () => this.#finish(running, null),
      (error: unknown) => this.#finish(running, RuntapeClientError.from(error)),
    );
  }

  #finish(running: AbortController, error: RuntapeClientError | null): void {
    if (this.#running !== running) return;
    this.#running = null;
    if (error !== null) {
      for (const { sinks } of this.#lines.all()) for (const sink of sinks) sink.failed(error);
    } else if (this.#lines.wanted().length > 0) {
      this.#run();
    }
  }

  #tell(state: ConnectionState): void {
    if (state.state === 'ended' || state.state === 'failed') return;
    this.#state = state;
    for (const line of this.#lines.all()) {
      for (const sink of line.sinks) this.tellOne(line, sink);
    }
  }

  /** Live is not yet who came while the request was opened: it is opened again for them. */
  tellOne({ isOnWire }: Line, sink: FollowSink): void {
    if (this.#state.state !== 'live' || isOnWire) sink.state(this.#state);
  }

  #carrier(): Carrier {
    const moves = (): number => this.#moves;
    const onMoved = (): void => void (this.#moves += 1);
    const { url, fetch, settings, silenceMs } = this.#options;
    const { connectTimeoutMs } = settings;
    const lines = this.#lines;
    return {
      get position() {
        return moves();
      },
      stream: async (onLive, signal) => {
        this.#superseded = new AbortController();
        return await streamLines({
          base: url,
          lines,
          fetch,
          connectTimeoutMs,
          silenceMs,
          superseded: this.#superseded.signal,
          signal,
          onLive,
          onHeard: () => {
            this.#heardAt = this.#options.now();
          },
          onMoved: () => {
            onMoved();
            this.#attempts.delivered();
          },
        });
      },
      poll: (signal) => pollLines(lines, this.asking(signal), onMoved),
    };
  }
}
