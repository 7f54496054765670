import { EventLogError } from '@runtape/event-log';
import { z } from 'zod';

/** SQLite's primary result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
/** Several connections collided while one of them repaired the write-ahead log. */
const PROTOCOL = 15;
const NOT_A_DATABASE = 26;

const failureSchema = z
  .object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.int() })
  // The high bits of an extended result code refine the primary one.
  .transform(({ errcode }) => errcode & 0xff);

/** Whether the error is a conflict with another connection. */
export function isBusy(error: unknown): boolean {
  const code = failureSchema.safeParse(error).data;
  return code === BUSY || code === LOCKED || code === PROTOCOL;
}

/**
 * Turns an error of SQLite into one that operators understand. Returns any other error unchanged.
 */
export function explainFailure(cause: unknown, file: string): unknown {
  if (cause instanceof EventLogError) return cause;
  if (cause instanceof z.ZodError || cause instanceof SyntaxError) {
    return damaged(file, 'it holds something that Runtape did not write', cause);
  }
  const failure = failureSchema.safeParse(cause);
  if (!failure.success) return cause;
  const unavailable = (why: string) => new EventLogError('unavailable', why, { cause });
  switch (failure.data) {
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return unavailable(
        `Another program has locked ${file} for too long. Find what holds it, e.g. a backup, a migration or a database shell.`,
      );
    case READONLY:
      return unavailable(
        `${file} can only be read. Give this user the right to write it and its folder.`,
      );
    case FULL:
      return unavailable(`The disk that holds ${file} is full. Free some space on it.`);
    case CORRUPT:
      return damaged(file, 'its pages do not fit together', cause);
    case NOT_A_DATABASE:
      return damaged(file, 'it is not an SQLite database', cause);
    default:
      return unavailable(
        `${file} cannot be opened, read or written. See that its folder exists, is on a local disk, and belongs to this user.`,
      );
  }
}

function damaged(file: string, how: string, cause: unknown): EventLogError {
  return new EventLogError(
    'corrupt',
    `${file} is damaged: ${how}. Put a backup in its place, or move it away to begin with an empty store.`,
    { cause },
  );
}
