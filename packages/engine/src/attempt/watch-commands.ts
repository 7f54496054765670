import { type Command, type EventLog, isEventLogError } from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { sleep } from '../time/sleep.ts';

/** A wake-up that got lost costs no more than this. */
const LOOK_AGAIN_MS = 2_000;

export interface CommandsOptions {
  readonly log: Pick<EventLog, 'commands' | 'watchCommands'>;
  readonly workflowId: WorkflowId;
  /** Ends the watching. */
  readonly signal: AbortSignal;
  /** Called with each command once, in order. */
  readonly onCommand: (command: Command) => void;
  readonly onError: (error: unknown) => void;
}

/** Hears of the commands for one workflow: those that are stored already, and those to come. */
export class CommandWatch {
  readonly #options: CommandsOptions;
  #after = 0;
  #isWatched = false;
  #looking: Promise<void> | undefined;
  #mustLookAgain = false;

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** Looks now and then until the signal aborts, beside being woken. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await sleep(LOOK_AGAIN_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.look().catch((error: unknown) => this.#report(error));
    }
  }

  /**
   * Reads what is stored and was not handed over yet. Watches first, so that nothing falls between.
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

  async #read(): Promise<void> {
    const { log, workflowId, signal, onCommand } = this.#options;
    if (!this.#isWatched) {
      await log.watchCommands(workflowId, () => this.#wake(), signal);
      this.#isWatched = true;
    }
    this.#mustLookAgain = false;
    for (const { seq, command } of await log.commands(workflowId, { after: this.#after })) {
      this.#after = seq;
      if (!signal.aborted) onCommand(command);
    }
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
