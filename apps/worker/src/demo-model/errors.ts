export type DemoModelErrorCode = 'port_unavailable' | 'invalid_option';

/** The demo model could not be started. `code` says why, the message what to do. */
export class DemoModelError extends Error {
  override readonly name = 'DemoModelError';
  readonly code: DemoModelErrorCode;

  constructor(code: DemoModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
