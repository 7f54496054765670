import { Mutex } from '@runtape/async';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessEnd, SpawnedProcess } from '@runtape/e2e';
import { messageOf } from '../message-of.ts';
import { occupyPort } from './occupy-port.ts';

/** Without faults, a stop hands over running workflows after 2 s and ends soon after. */
const STOP_WITHIN_MS = 10_000;
/** During faults, the dependencies of a stop may be unavailable, even several in succession. */
const STOP_AMID_FAULTS_WITHIN_MS = 60_000;
/** Long, because dependencies are broken all the time and a busy machine starts slowly. */
const READY_WITHIN_MS = 600_000;
const START_AGAIN_AFTER_MS = 300;
/** Warnings of the programs or of Node about leaked resources. */
const WARNINGS = /^.*(?:kept alive by|MaxListenersExceededWarning).*$/gm;

export interface ProgramOptions {
  readonly name: string;
  /** The port that it listens on, if any; it is occupied while the program is down. */
  readonly port: number | null;
  /** Starts it, and returns when it is ready. */
  readonly start: () => Promise<SpawnedProcess>;
  /** How long to retry a restart, in ms. Default: 600,000. */
  readonly readyWithinMs?: number;
}

/** A server or worker that can be ended and restarted. Actions on it run one at a time. */
export class Program implements AsyncDisposable {
  readonly name: string;
  readonly #options: ProgramOptions;
  #process: SpawnedProcess;
  readonly #mutex = new Mutex();
  /** The output of earlier runs. */
  #written = '';
  #isDisposed = false;
  /** Keeps the port of a server that is down. */
  #portKeeper: AsyncDisposable | null = null;
  /** Processes that were asked to stop. */
  readonly #stopRequested = new WeakSet<SpawnedProcess>();
  #isRunning = false;
  readonly #crashes: string[] = [];
  readonly #badStops: string[] = [];

  private constructor(options: ProgramOptions, process: SpawnedProcess) {
    this.name = options.name;
    this.#options = options;
    this.#process = process;
    this.#watchProcess(process);
  }

  /** Starts it for the first time. */
  static async launch(options: ProgramOptions): Promise<Program> {
    return new Program(options, await options.start());
  }

  /** Runs an action while no other action on the program runs. */
  async alone<Result>(action: () => Promise<Result>): Promise<Result> {
    return await this.#mutex.run(action);
  }

  /** The id of the current or last process. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Each unexpected end of the program; it was restarted after each. */
  get crashes(): readonly string[] {
    return this.#crashes;
  }

  /** Problems with its requested stops, and resources that it left behind. */
  get leftovers(): readonly string[] {
    const warnings = [...this.output.matchAll(WARNINGS)].map(([line]) => `${this.name}: ${line}`);
    return [...this.#badStops, ...warnings];
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** Kills the program, or requests a stop. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.#end(signal, STOP_AMID_FAULTS_WITHIN_MS);
    await this.#clearAway(`ended by ${signal}`);
  }

  /**
   * Starts the program, and retries like a supervisor until it is ready, because its dependencies
   * may be unavailable.
   */
  async start(): Promise<void> {
    const { start, readyWithinMs = READY_WITHIN_MS } = this.#options;
    const deadline = performance.now() + readyWithinMs;
    while (!this.#isDisposed) {
      await this.#freePort();
      try {
        this.#process = await start();
        this.#watchProcess(this.#process);
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        this.#written += `--- did not start: ${String(error)}\n`;
        await this.#keepPort();
      }
      await sleep(START_AGAIN_AFTER_MS);
    }
  }

  /** Stops the program permanently. */
  async stop(): Promise<void> {
    this.#isDisposed = true;
    await this.#end('SIGTERM', STOP_WITHIN_MS);
  }

  /** The output of all runs. */
  get output(): string {
    return `${this.#written}${this.#process.stdout}${this.#process.stderr}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#stopRequested.add(this.#process);
    await this.#freePort();
    await this.#process[Symbol.asyncDispose]();
  }

  #watchProcess(process: SpawnedProcess): void {
    this.#isRunning = true;
    void this.#awaitEnd(process);
  }

  async #awaitEnd(process: SpawnedProcess): Promise<void> {
    const { code, signal } = await process.exited;
    this.#isRunning = false;
    if (this.#stopRequested.has(process)) return;
    const { name } = this;
    this.#crashes.push(`${name} ended by itself with ${code ?? signal}`);
    this.alone(() => this.#replace(process)).catch((error: unknown) => {
      this.#crashes.push(`${name} could not be restarted: ${messageOf(error)}`);
    });
  }

  /** An earlier action may already have restarted it. */
  async #replace(crashed: SpawnedProcess): Promise<void> {
    if (this.#process !== crashed || this.#isDisposed) return;
    await this.#clearAway('ended by itself');
    await this.start();
  }

  /** Does nothing if the process has already ended, because that was recorded then. */
  async #end(signal: 'SIGKILL' | 'SIGTERM', withinMs: number): Promise<void> {
    if (!this.#isRunning) return;
    const process = this.#process;
    this.#stopRequested.add(process);
    process.kill(signal);
    const late = setTimeout(() => process.kill('SIGKILL'), withinMs);
    const end = await process.exited;
    clearTimeout(late);
    if (signal === 'SIGKILL') this.#judgeKill(end);
    else this.#judgeStop(end, withinMs);
  }

  /** The process may have been about to end by itself. */
  #judgeKill({ code, signal }: ProcessEnd): void {
    if (signal === 'SIGKILL') return;
    this.#crashes.push(`${this.name} ended by itself with ${code ?? signal}`);
  }

  #judgeStop({ code, signal }: ProcessEnd, withinMs: number): void {
    if (code === 0) return;
    const isLate = signal === 'SIGKILL';
    const wrong = isLate ? `did not stop in ${withinMs} ms` : `stopped with ${code ?? signal}`;
    this.#badStops.push(`${this.name} ${wrong}`);
  }

  /** Ends its child processes; keeps its output and occupies its port. */
  async #clearAway(how: string): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.#keepPort();
    this.#written += `${this.#process.stdout}${this.#process.stderr}--- ${how}\n`;
  }

  async #keepPort(): Promise<void> {
    const { port } = this.#options;
    this.#portKeeper = port === null ? null : await occupyPort(port).catch(() => null);
  }

  async #freePort(): Promise<void> {
    await this.#portKeeper?.[Symbol.asyncDispose]();
    this.#portKeeper = null;
  }
}
