import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** Both streams in order of arrival, for error messages. */
  readonly output: string;
}

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Milliseconds after which the command is killed. */
  readonly timeout: number;
}

/**
 * Runs a program to its end. A program that cannot be started, fails or takes too long is a result
 * (`ok: false`), not an error, because every caller has an alternative.
 */
export function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  let stdout = '';
  let output = '';
  const { timeout, ...spawnOptions } = options;
  const child = spawn(file, args, {
    ...spawnOptions,
    // Not spawn's own `timeout`: its timer keeps the process alive if the start itself fails.
    signal: AbortSignal.timeout(timeout),
    stdio: ['ignore', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.once('error', (error) => resolve({ ok: false, stdout, output: output + error.message }));
  child.once('close', (code) => resolve({ ok: code === 0, stdout, output }));
  return promise;
}
