import { type EventId, eventIdSchema } from '@runtape/events';
import { ApiError } from '../errors/api-error.ts';

/**
 * Parses a cursor from a client; a missing or empty one means "from the start".
 * @param name the client's name for the cursor, used in the error message. Default: `The cursor`.
 * @throws ApiError `malformed_cursor`.
 */
export function parseCursorParam(
  text: string | null | undefined,
  name = 'The cursor',
): EventId | null {
  if (text === null || text === undefined || text === '') return null;
  const parsed = eventIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ApiError(
    'malformed_cursor',
    `${name} is not an event id. Send the id of the last event you got, such as k3v9x2ab-17, or nothing to start from the first.`,
  );
}
