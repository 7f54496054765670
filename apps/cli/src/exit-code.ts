/** How the program ends; scripts rely on these numbers. */
export const exitCode = {
  completed: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  unreachable: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The code for the last event of a workflow. */
export function exitCodeAfter(type: string): ExitCode {
  if (type === 'workflow:failed') return exitCode.failed;
  return type === 'workflow:cancelled' ? exitCode.cancelled : exitCode.completed;
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
