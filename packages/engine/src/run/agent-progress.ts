import type { EmittedEvent, EventData } from '@runtape/events';

const MIN_INTERVAL_MS = 1_000;

type Update = Omit<EventData<'agent:progress'>, 'agentId'>;

export interface AgentProgressOptions {
  readonly agentId: string;
  /** When each agent's last progress was written, in ms since 1970. */
  readonly writtenAt: Map<string, number>;
  readonly emit: (event: EmittedEvent) => Promise<void>;
  /** In ms since 1970. */
  readonly now: () => number;
}

/**
 * Progress of one agent, written at most once a second, with only what changed. Reports in between
 * are merged; `end` ends the timer that writes them.
 */
export class AgentProgress {
  readonly #options: AgentProgressOptions;
  #latest: Update = {};
  #written: Update = {};
  #timer: NodeJS.Timeout | undefined;
  #failure: { readonly error: unknown } | undefined;
  #hasEnded = false;

  constructor(options: AgentProgressOptions) {
    this.#options = options;
  }

  async report(update: Update): Promise<void> {
    this.#latest = { ...this.#latest, ...present(update) };
    if (this.#timer === undefined && !this.#hasEnded) await this.#writeInTime();
  }

  /**
   * Writes the merged state immediately, and nothing after it.
   * @throws also the error of an earlier write.
   */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#hasEnded = true;
    if (this.#failure !== undefined) throw this.#failure.error;
    await this.#write();
  }

  async #writeInTime(): Promise<void> {
    const waitMs = this.#waitMs();
    if (waitMs === 0) {
      await this.#write();
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // A timer may be a little early.
      this.#writeInTime().catch((error: unknown) => {
        this.#failure ??= { error };
      });
    }, waitMs);
  }

  /** A clock that was set back must not prolong the wait. */
  #waitMs(): number {
    const { agentId, writtenAt, now } = this.#options;
    const last = writtenAt.get(agentId);
    const left = last === undefined ? 0 : last + MIN_INTERVAL_MS - now();
    return Math.min(Math.max(0, left), MIN_INTERVAL_MS);
  }

  async #write(): Promise<void> {
    const { agentId, writtenAt, emit, now } = this.#options;
    const changed = difference(this.#written, this.#latest);
    if (Object.keys(changed).length === 0) return;
    this.#written = this.#latest;
    const emitted = emit({ type: 'agent:progress', data: { agentId, ...changed } });
    // After `emit`, which reads the clock first.
    writtenAt.set(agentId, now());
    await emitted;
  }
}

function present(update: Update): Update {
  return Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined));
}

function difference(before: Update, after: Update): Update {
  const known = new Map<string, unknown>(Object.entries(before));
  const isNew = ([key, value]: [string, unknown]): boolean =>
    !known.has(key) || JSON.stringify(known.get(key)) !== JSON.stringify(value);
  return Object.fromEntries(Object.entries(after).filter(isNew));
}
