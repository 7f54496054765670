export type RuntapeErrorCode =
  | 'closed'
  | 'identity_missing'
  | 'invalid_option'
  | 'node_too_old'
  | 'no_workflows'
  | 'nothing_to_run'
  | 'redis_not_installed';

/** A mistake in how Runtape is set up or used in this process. */
export class RuntapeError extends Error {
  override readonly name = 'RuntapeError';
  readonly code: RuntapeErrorCode;

  constructor(code: RuntapeErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** The path of the page that explains the code. */
  get docs(): string {
    return `docs/errors/${this.code}.md`;
  }
}
