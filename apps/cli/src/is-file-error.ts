/** Tells whether something thrown comes from the system, such as ENOSPC or EACCES, and not from us or the client. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
