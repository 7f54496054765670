import { Mutex } from '@runtape/async';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessEnd, SpawnedProcess } from '@runtape/e2e';
import { messageOf } from '../message-of.ts';
import { occupyPort } from './occupy-port.ts';

/** Nothing is broken any more; a stop hands over what runs after 2 s, and is then done soon. */
const STOP_WITHIN_MS = 10_000;
/** What it needs to stop may be broken for a while, or one thing after the other. */
const STOP_AMID_FAULTS_WITHIN_MS = 60_000;
/** Long: what it needs is broken all the time, and a busy machine starts slowly. */
const READY_WITHIN_MS = 600_000;
const START_AGAIN_AFTER_MS = 300;
/** What the programs, or Node, write when something is left that nobody ends. */
const WARNINGS = /^.*(?:kept alive by|MaxListenersExceededWarning).*$/gm;

export interface ProgramOptions {
  readonly name: string;
  /** Where it listens, if it does: nobody else gets the port while the program is down. */
  readonly port: number | null;
  /** Starts it, and returns when it is ready. */
  readonly start: () => Promise<SpawnedProcess>;
  /** How long starting it again is tried, in ms. Default: 600,000. */
  readonly readyWithinMs?: number;
}

/** A server or worker that can be ended and started again. One thing is done to it at a time. */
export class Program implements AsyncDisposable {
  readonly name: string;
  readonly #options: ProgramOptions;
  #process: SpawnedProcess;
  readonly #mutex = new Mutex();
  /** What earlier runs of it wrote. */
  #written = '';
  #isDisposed = false;
  /** Keeps the port of a server that is down. */
  #place: AsyncDisposable | null = null;
  /** Its processes whose end was asked for. */
  readonly #asked = new WeakSet<SpawnedProcess>();
  #isRunning = false;
  readonly #crashes: string[] = [];
  readonly #badStops: string[] = [];

  private constructor(options: ProgramOptions, process: SpawnedProcess) {
    this.name = options.name;
    this.#options = options;
    this.#process = process;
    this.#attend(process);
  }

  /** Starts it for the first time. */
  static async launch(options: ProgramOptions): Promise<Program> {
    return new Program(options, await options.start());
  }

  /** Does something to it while nothing else is done to it. */
  async alone<Result>(action: () => Promise<Result>): Promise<Result> {
    return await this.#mutex.run(action);
  }

  /** Of the process that runs now, or ran last. */
  get pid(): number {
    return this.#process.pid;
  }

  /** Every time it ended though nobody had asked for it; it was started again then. */
  get crashes(): readonly string[] {
    return this.#crashes;
  }

  /** What was wrong with how it stopped when it was asked to, and what it left. */
  get leftovers(): readonly string[] {
    const warnings = [...this.output.matchAll(WARNINGS)].map(([line]) => `${this.name}: ${line}`);
    return [...this.#badStops, ...warnings];
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** SIGKILL, or a stop that was asked for. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.#end(signal, STOP_AMID_FAULTS_WITHIN_MS);
    await this.#clearAway(`ended by ${signal}`);
  }

  /**
   * Starts it, again and again until it is ready, as what supervises it would: what it needs may be
   * away just now.
   */
  async start(): Promise<void> {
    const { start, readyWithinMs = READY_WITHIN_MS } = this.#options;
    const deadline = performance.now() + readyWithinMs;
    while (!this.#isDisposed) {
      await this.#freePort();
      try {
        this.#process = await start();
        this.#attend(this.#process);
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        this.#written += `--- did not start: ${String(error)}\n`;
        await this.#keepPort();
      }
      await sleep(START_AGAIN_AFTER_MS);
    }
  }

  /** Asks it to stop, for good. */
  async stop(): Promise<void> {
    this.#isDisposed = true;
    await this.#end('SIGTERM', STOP_WITHIN_MS);
  }

  /** Everything it wrote, all its runs. */
  get output(): string {
    return `${this.#written}${this.#process.stdout}${this.#process.stderr}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#asked.add(this.#process);
    await this.#freePort();
    await this.#process[Symbol.asyncDispose]();
  }

  #attend(process: SpawnedProcess): void {
    this.#isRunning = true;
    void this.#awaitEnd(process);
  }

  async #awaitEnd(process: SpawnedProcess): Promise<void> {
    const { code, signal } = await process.exited;
    this.#isRunning = false;
    if (this.#asked.has(process)) return;
    const { name } = this;
    this.#crashes.push(`${name} ended by itself with ${code ?? signal}`);
    this.alone(() => this.#replace(process)).catch((error: unknown) => {
      this.#crashes.push(`${name} cannot be started again: ${messageOf(error)}`);
    });
  }

  /** Whoever had a turn before may have started it again. */
  async #replace(crashed: SpawnedProcess): Promise<void> {
    if (this.#process !== crashed || this.#isDisposed) return;
    await this.#clearAway('ended by itself');
    await this.start();
  }

  /** Nothing when it has ended already: that was told when it did. */
  async #end(signal: 'SIGKILL' | 'SIGTERM', withinMs: number): Promise<void> {
    if (!this.#isRunning) return;
    const process = this.#process;
    this.#asked.add(process);
    process.kill(signal);
    const late = setTimeout(() => process.kill('SIGKILL'), withinMs);
    const end = await process.exited;
    clearTimeout(late);
    if (signal === 'SIGKILL') this.#judgeKill(end);
    else this.#judgeStop(end, withinMs);
  }

  /** It may have been about to end when it was killed. */
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

  /** What it started goes, too; what it wrote and its port are kept. */
  async #clearAway(how: string): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
    await this.#keepPort();
    this.#written += `${this.#process.stdout}${this.#process.stderr}--- ${how}\n`;
  }

  async #keepPort(): Promise<void> {
    const { port } = this.#options;
    this.#place = port === null ? null : await occupyPort(port).catch(() => null);
  }

  async #freePort(): Promise<void> {
    await this.#place?.[Symbol.asyncDispose]();
    this.#place = null;
  }
}
