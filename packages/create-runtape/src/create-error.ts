export type CreateErrorCode = 'folder_not_empty' | 'invalid_arguments';

/** A project cannot be made as it was asked for. The message says what to change. */
export class CreateError extends Error {
  override readonly name = 'CreateError';
  readonly code: CreateErrorCode;

  constructor(code: CreateErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
