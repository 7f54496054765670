import {
  type Command,
  type CommandEntry,
  type EventLog,
  isEventLogError,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { sleep } from '../time/sleep.ts';

/** A wake-up that got lost costs no more than this. */
const LOOK_AGAIN_MS = 2_000;

export interface CommandsOptions {
  readonly log: Pick<EventLog, 'commands' | 'watchCommands'>;
  readonly workflowId: WorkflowId;
  /** Ends the watching. */
  readonly signal: AbortSignal;
  /**
   * Called with each command once, in order; with those at once that are found together. After the
   * store has lost some, with all that it has.
   */
  readonly onCommands: (commands: readonly Command[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Hears of the commands for one workflow: those that are stored already, and those to come. */
export class CommandWatch {
  readonly #options: CommandsOptions;
  /** The last that was handed over. */
  #last: CommandEntry | undefined;
  #looking: Promise<void> | undefined;
  #mustLookAgain = false;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Watches, and looks now and then in any case, until the signal aborts. */
  async run(): Promise<void> {
    await Promise.all([this.#watch(), this.#lookNowAndThen()]);
  }

  /**
   * Reads what is stored and was not handed over yet. Waits for no subscription: a store that
   * answers questions but takes long to subscribe must not hold up an attempt.
   * @throws EventLogError
   */
  async look(): Promise<void> {
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
        // What came before the watch was in force.
        this.#wake();
        return;
      } catch (error) {
        this.#report(error);
      }
      await sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
    }
  }

  async #lookNowAndThen(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.look().catch((error: unknown) => this.#report(error));
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

  /**
   * A store that lost the last commands gives their numbers to others: then all that it has are
   * read anew.
   */
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
    this.look().catch((error: unknown) => this.#report(error));
  }

  /** While the store is away there is nothing to hear; it is asked again soon. */
  #report(error: unknown): void {
    const { signal, onError } = this.#options;
    if (!signal.aborted && !isEventLogError(error, 'unavailable')) onError(error);
  }
}
