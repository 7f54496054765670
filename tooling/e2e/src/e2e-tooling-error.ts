export type E2eToolingErrorCode =
  | 'browser_unusable'
  | 'browser_not_found'
  | 'cache_not_writable'
  | 'install_failed'
  | 'no_free_port'
  | 'program_not_started'
  | 'program_ended'
  | 'line_not_seen';

/** A failure to find a browser or to drive a process for a test; the message says what to do. */
export class E2eToolingError extends Error {
  override readonly name = 'E2eToolingError';
  readonly code: E2eToolingErrorCode;

  constructor(code: E2eToolingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
