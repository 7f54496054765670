import { type EventLogErrorCode, isEventLogError } from '../errors.ts';

/** What came of an operation: `done`, or the code it was refused with. */
export async function outcomeOf(operation: Promise<unknown>): Promise<'done' | EventLogErrorCode> {
  try {
    await operation;
    return 'done';
  } catch (error) {
    if (isEventLogError(error)) return error.code;
    throw error;
  }
}
