export type RedisToolingErrorCode =
  | 'server_unusable'
  | 'server_not_found'
  | 'install_failed'
  | 'start_failed'
  | 'cluster_failed'
  | 'no_certificates'
  | 'no_append_only_file';

/** What went wrong while finding, bringing or running a Redis server for tests, and what to do. */
export class RedisToolingError extends Error {
  override readonly name = 'RedisToolingError';
  readonly code: RedisToolingErrorCode;

  constructor(code: RedisToolingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
