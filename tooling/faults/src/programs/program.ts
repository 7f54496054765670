import { setTimeout as sleep } from 'node:timers/promises';
import type { SpawnedProcess } from '@runtape/e2e';
import { occupyPort } from './occupy-port.ts';

const CLOCK = import.meta.resolve('./jumping-clock.ts');
/** How far a clock jumps ahead, in ms. */
export const CLOCK_JUMP_MS = 40_000;
/** A stop hands over what runs after 2 s, and is then done soon. */
const STOP_WITHIN_MS = 10_000;
/** Long: what it needs is broken all the time, and a busy machine starts slowly. */
const READY_WITHIN_MS = 600_000;
const START_AGAIN_AFTER_MS = 300;

/** What a program under test gets beside its own settings. */
export const clockEnv = {
  NODE_OPTIONS: `--import=${CLOCK}`,
  FAULTS_CLOCK_JUMP_MS: String(CLOCK_JUMP_MS),
} as const;

/** A server or worker that can be ended and started again. One thing is done to it at a time. */
export class Program implements AsyncDisposable {
  readonly name: string;
  readonly #start: () => Promise<SpawnedProcess>;
  #process: SpawnedProcess;
  #queue: Promise<unknown> = Promise.resolve();
  /** What earlier runs of it wrote. */
  #written = '';
  #isDisposed = false;
  readonly #port: number | null;
  /** Keeps the port of a server that is down. */
  #place: AsyncDisposable | null = null;

  private constructor(
    name: string,
    port: number | null,
    start: () => Promise<SpawnedProcess>,
    process: SpawnedProcess,
  ) {
    this.name = name;
    this.#port = port;
    this.#start = start;
    this.#process = process;
  }

  /**
   * @param port where it listens, if it does: nobody else gets the port while the program is down.
   * @param start starts it, and returns when it is ready.
   */
  static async launch(
    name: string,
    port: number | null,
    start: () => Promise<SpawnedProcess>,
  ): Promise<Program> {
    return new Program(name, port, start, await start());
  }

  /** Does something to it while nothing else is done to it. */
  async alone<Result>(action: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(action);
    this.#queue = turn.catch(() => undefined);
    return await turn;
  }

  /** Of the process that runs now, or ran last. */
  get pid(): number {
    return this.#process.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** SIGKILL, or a stop that was asked for. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#process.kill(signal);
    await this.#process.exited;
    await this.#process[Symbol.asyncDispose]();
    await this.#keepPort();
    this.#written += `${this.#process.stdout}${this.#process.stderr}--- ended by ${signal}\n`;
  }

  /** Starts it, again and again until it is ready, as what supervises it would: what it needs may be away just now. */
  async start(): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!this.#isDisposed) {
      await this.#freePort();
      try {
        this.#process = await this.#start();
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        this.#written += `--- did not start: ${String(error)}\n`;
        await this.#keepPort();
      }
      await sleep(START_AGAIN_AFTER_MS);
    }
  }

  /** Asks it to stop. @returns what was wrong with how it did, or `null`. */
  async stop(): Promise<string | null> {
    this.#isDisposed = true;
    const { name } = this;
    this.#process.kill('SIGTERM');
    const late = setTimeout(() => this.#process.kill('SIGKILL'), STOP_WITHIN_MS);
    const { code, signal } = await this.#process.exited;
    clearTimeout(late);
    if (signal === 'SIGKILL') return `${name} did not stop in ${STOP_WITHIN_MS} ms`;
    return code === 0 ? null : `${name} stopped with ${code ?? signal}`;
  }

  /** Everything it wrote, all its runs. */
  get output(): string {
    return `${this.#written}${this.#process.stdout}${this.#process.stderr}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    await this.#freePort();
    await this.#process[Symbol.asyncDispose]();
  }

  async #keepPort(): Promise<void> {
    this.#place = this.#port === null ? null : await occupyPort(this.#port).catch(() => null);
  }

  async #freePort(): Promise<void> {
    await this.#place?.[Symbol.asyncDispose]();
    this.#place = null;
  }
}
