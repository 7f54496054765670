import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { E2eToolingError } from '../e2e-tooling-error.ts';
import { endWithThisProcess } from './end-with-this-process.ts';
import { ProcessGroup } from './process-group.ts';
import { ProcessOutput } from './process-output.ts';

const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'XDG_CACHE_HOME'];

/**
 * The environment variables that every process gets: enough to find programs and folders, but no
 * configuration.
 */
export function inheritedEnv(): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]));
}

export interface SpawnOptions {
  /**
   * Environment, added to PATH, HOME, TMPDIR, LANG and XDG_CACHE_HOME of this process. Nothing else
   * is passed on, so that no key or address of the developer's own shell changes a test.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: that of this process. */
  readonly cwd?: string;
  /**
   * The signal that ends the process when it is disposed of, and when this process ends. Default:
   * SIGKILL. Use SIGTERM for a program that starts processes in other groups and ends them itself.
   */
  readonly endSignal?: 'SIGKILL' | 'SIGTERM';
}

export interface WaitForLineOptions {
  /**
   * The time limit in ms. Default: 120,000, for a busy machine and a page that must be built first.
   */
  readonly timeout?: number;
  /** Ends the wait, which then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface ProcessEnd {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running process in a separate process group. Disposing of it kills the rest of the group. */
export interface SpawnedProcess extends AsyncDisposable {
  readonly pid: number;
  /** Everything it has written so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** Settles when the process has ended and all output, including that of its children, is read. */
  readonly exited: Promise<ProcessEnd>;
  /**
   * The first matching line of either stream, including earlier lines.
   *
   * @throws {E2eToolingError} `line_not_seen` if none arrived in time, `program_ended` if the
   *    output ended without one; both with the end of the output.
   */
  waitForLine(pattern: RegExp, options?: WaitForLineOptions): Promise<RegExpExecArray>;
  /** Signals the process alone. Default: SIGTERM. */
  kill(signal?: NodeJS.Signals): void;
  /** Signals its whole group, as Ctrl-C in a terminal does with SIGINT. Default: SIGTERM. */
  killGroup(signal?: NodeJS.Signals): void;
  /** Whether the process or any other of its group still runs. */
  isRunning(): Promise<boolean>;
}

/**
 * Starts a program.
 *
 * @throws {E2eToolingError} `program_not_started` if the program or its working folder is missing.
 */
export function spawnProcess(
  command: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): SpawnedProcess {
  const { cwd = process.cwd(), endSignal = 'SIGKILL' } = options;
  const child = spawn(command, args, {
    cwd,
    env: { ...inheritedEnv(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  // The missing pid reports the error, below.
  child.once('error', () => {});
  const { pid } = child;
  if (pid === undefined) {
    throw new E2eToolingError('program_not_started', `Cannot start ${command} in ${cwd}.`);
  }
  const output = new ProcessOutput(child.stdout, child.stderr);
  const group = new ProcessGroup(pid);
  const forget = endWithThisProcess(() => group.signal(endSignal));
  const { promise: exited, resolve } = Promise.withResolvers<ProcessEnd>();
  child.once('close', (code, signal) => {
    output.end();
    resolve({ code, signal });
  });
  const name = [command, ...args].join(' ');
  return {
    pid,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    exited,
    waitForLine: (pattern, waiting) => waitForLine(output, name, pattern, waiting),
    kill: (signal) => {
      child.kill(signal);
    },
    killGroup: (signal = 'SIGTERM') => group.signal(signal),
    isRunning: () => group.isRunning(),
    async [Symbol.asyncDispose]() {
      group.signal(endSignal);
      await exited;
      while (await group.isRunning()) await delay(5);
      forget();
    },
  };
}

/**
 * Runs a TypeScript or JavaScript file with the current Node, as `node file …args` does. There is
 * no package manager in between: signals reach the program itself.
 *
 * @param file absolute, or relative to `options.cwd`.
 * @throws {E2eToolingError} `program_not_started` if `options.cwd` is missing.
 */
export function spawnProgram(
  file: string,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): SpawnedProcess {
  return spawnProcess(process.execPath, [file, ...args], options);
}

async function waitForLine(
  output: ProcessOutput,
  name: string,
  pattern: RegExp,
  options: WaitForLineOptions = {},
): Promise<RegExpExecArray> {
  const { timeout = 120_000, signal } = options;
  const late = AbortSignal.timeout(timeout);
  const stop = signal ? AbortSignal.any([late, signal]) : late;
  const match = await output.find(pattern, stop).catch((error: unknown) => {
    signal?.throwIfAborted();
    if (!late.aborted) throw error;
    const message = `${name}: no line matched ${pattern} in ${timeout} ms:\n${output.last()}`;
    throw new E2eToolingError('line_not_seen', message);
  });
  if (match) return match;
  const message = `${name} ended before a line matched ${pattern}:\n${output.last()}`;
  throw new E2eToolingError('program_ended', message);
}
