import { sleepOrAbort } from '@runtape/async';
import {
  type Command,
  type CommandEntry,
  type EventLog,
  isEventLogError,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';

/** A lost notification delays a command by at most this long. */
const POLL_MS = 2_000;

export interface CommandsOptions {
  readonly log: Pick<EventLog, 'commands' | 'watchCommands'>;
  readonly workflowId: WorkflowId;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /**
   * Called with each command once, in order, several at a time if they are found together. After
   * the store has lost some, called with all that it has.
   */
  readonly onCommands: (commands: readonly Command[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Watches the commands of one workflow, stored and future ones. */
export class CommandWatch {
  readonly #options: CommandsOptions;
  /** The last command handed over. */
  #last: CommandEntry | undefined;
  #looking: Promise<void> | undefined;
  #mustLookAgain = false;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Watches, and also polls, until the signal aborts. */
  async run(): Promise<void> {
    await Promise.all([this.#watch(), this.#pollPeriodically()]);
  }

  /**
   * Reads the commands not handed over yet. Does not wait for the subscription: a store that
   * answers but is slow to subscribe must not delay an attempt.
   * @throws EventLogError
   */
  async readCommands(): Promise<void> {
    this.#mustLookAgain = true;
    while (this.#mustLookAgain && !this.#options.signal.aborted) {
      this.#looking ??= this.#read().finally(() => {
        this.#looking = undefined;
      });
      await this.#looking;
    }
  }

  async #watch(): Promise<void> {
    const { log, workflowId, signal } = this.#options;
    while (!signal.aborted) {
      try {
        await log.watchCommands(workflowId, () => this.#wake(), signal);
        // Commands may have arrived before the watch was active.
        this.#wake();
        return;
      } catch (error) {
        this.#report(error);
      }
      await sleepOrAbort(POLL_MS, signal);
    }
  }

  async #pollPeriodically(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await sleepOrAbort(POLL_MS, signal);
      if (!signal.aborted) await this.readCommands().catch((error: unknown) => this.#report(error));
    }
  }

  async #read(): Promise<void> {
    const { signal, onCommands } = this.#options;
    this.#mustLookAgain = false;
    const found = await this.#readNew();
    const last = found.at(-1);
    if (last === undefined) return;
    this.#last = last;
    if (!signal.aborted) onCommands(found.map(({ command }) => command));
  }

  /** A store that lost its last commands reuses their numbers: then all commands are read again. */
  async #readNew(): Promise<readonly CommandEntry[]> {
    const { log, workflowId } = this.#options;
    const last = this.#last;
    const [known, ...found] = await log.commands(workflowId, { after: (last?.seq ?? 1) - 1 });
    if (last === undefined) return known === undefined ? [] : [known, ...found];
    if (known?.seq === last.seq && known.at === last.at) return found;
    this.#last = undefined;
    return await log.commands(workflowId, { after: 0 });
  }

  #wake(): void {
    this.readCommands().catch((error: unknown) => this.#report(error));
  }

  /** An unavailable store has no commands to report; the next poll comes soon. */
  #report(error: unknown): void {
    const { signal, onError } = this.#options;
    if (!signal.aborted && !isEventLogError(error, 'unavailable')) onError(error);
  }
}
