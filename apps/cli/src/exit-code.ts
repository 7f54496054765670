import type { WorkflowStatus } from '@runtape/events';

/** The exit codes of the program; scripts rely on these numbers. */
export const exitCode = {
  completed: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  unreachable: 4,
  /** The workflow had not ended when the command stopped following it. */
  detached: 5,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Returns the exit code for the last status that was shown. */
export function toExitCode(status: WorkflowStatus): ExitCode {
  switch (status) {
    case 'completed':
      return exitCode.completed;
    case 'failed':
      return exitCode.failed;
    case 'cancelled':
      return exitCode.cancelled;
    default:
      return exitCode.detached;
  }
}

/** An error that ends the program with a message for the user, without a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = code;
  }
}

/** Creates an error for wrong arguments or settings; the message says what to type instead. */
export function usageError(message: string, cause?: unknown): CliError {
  return new CliError(exitCode.usage, message, cause === undefined ? undefined : { cause });
}
