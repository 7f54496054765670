import type { WorkflowStatus } from '@runtape/events';

/** How the program ends; scripts rely on these numbers. */
export const exitCode = {
  completed: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  unreachable: 4,
  /** It goes on, or waits; whoever followed it has left. */
  detached: 5,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The code for where a workflow stands when nothing more is shown of it. */
export function exitCodeOf(status: WorkflowStatus): ExitCode {
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

/** Ends the program with a message for a person instead of a stack. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = code;
  }
}
