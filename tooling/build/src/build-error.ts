export type BuildErrorCode =
  | 'does_not_compile'
  | 'no_such_command'
  | 'no_such_package'
  | 'pack_failed';

/** A build, packing or release that fails for a reason that the message says how to correct. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
  readonly code: BuildErrorCode;

  constructor(code: BuildErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
