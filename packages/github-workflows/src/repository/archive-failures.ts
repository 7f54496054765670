import { FatalError } from '@runtape/engine';
import { fatal, retryable } from '../failures.ts';
import { codeOf, hasCode } from './system-error.ts';

export function unsafe(what: string): FatalError {
  return fatal(
    'archive_unsafe',
    `The repository's archive was refused because ${what}. Nothing of it was used. Name a local clone instead.`,
  );
}

export function tooLarge(what: string): FatalError {
  return fatal(
    'repository_too_large',
    `The repository has too ${what} to be unpacked here. Clone it and name the folder instead.`,
  );
}

export function notWritable(cause: unknown): FatalError {
  return fatal(
    'cache_not_writable',
    `The cache folder cannot be written (${codeOf(cause)}). Free some space, or give Runtape a folder it may write to.`,
    cause,
  );
}

/** Converts an error while fetching or unpacking an archive into a failure. */
export function broken(error: unknown): Error {
  if (error instanceof FatalError) return error;
  if (hasCode(error, 'ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS')) return notWritable(error);
  return retryable(
    'archive_unreadable',
    "The repository's archive broke off or is damaged. If this continues, name a local folder instead.",
    { cause: error },
  );
}
