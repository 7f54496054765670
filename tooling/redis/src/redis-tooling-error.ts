export type RedisToolingErrorCode =
  | 'server_unusable'
  | 'server_not_found'
  | 'install_failed'
  | 'start_failed'
  | 'cluster_failed'
  | 'no_certificates'
  | 'no_append_only_file';

/** A failure to find, install or run a Redis server for tests; the message says what to do. */
export class RedisToolingError extends Error {
  override readonly name = 'RedisToolingError';
  readonly code: RedisToolingErrorCode;

  constructor(code: RedisToolingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
