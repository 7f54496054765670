export type BuildErrorCode =
  | 'bad_tarball'
  | 'does_not_compile'
  | 'no_such_command'
  | 'no_such_package'
  | 'not_ready'
  | 'pack_failed'
  | 'publish_failed';

/** A build, packing or release that fails for a reason that the message says how to correct. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly code: BuildErrorCode;

  constructor(code: BuildErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
