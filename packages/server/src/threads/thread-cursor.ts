import { type EventId, eventIdSchema, type WorkflowId, workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { ApiError } from '../errors/api-error.ts';

/**
 * Incremented when the format changes; old cursors are then refused, and their readers start again.
 */
const VERSION = 't1';
const MAX_LENGTH = 16_000;
const RADIX = 36;

/**
 * A workflow that the reader does not have completely, or that the position of the cursor does not
 * cover.
 */
export interface ThreadCursorEntry {
  readonly workflowId: WorkflowId;
  /** The last event that the reader has; `null` if it has none. */
  readonly after: EventId | null;
  /** Its position in the thread if that is above the cursor's position; otherwise `null`. */
  readonly position: number | null;
}

/**
 * The position of a reader in a thread: it has all events of the workflows up to `position` and
 * none of the later ones, except for the workflows in `entries`. The length of a cursor depends on
 * the number of workflows that run concurrently, not on their total number.
 */
export interface ThreadCursor {
  readonly position: number;
  readonly entries: readonly ThreadCursorEntry[];
}

export const THREAD_START: ThreadCursor = { position: 0, entries: [] };

/** Formats a cursor as ASCII text that needs no escaping in a URL or a header. */
export function formatThreadCursor(threadId: string, { position, entries }: ThreadCursor): string {
  const parts = entries.map((entry) =>
    [
      entry.workflowId.slice('wf_'.length),
      entry.after ?? '',
      ...(entry.position === null ? [] : [entry.position.toString(RADIX)]),
    ].join('.'),
  );
  return [`${VERSION}.${checkOf(threadId)}.${position.toString(RADIX)}`, ...parts].join('~');
}

/**
 * Parses a cursor from a client; a missing or empty one means "from the start".
 * @throws ApiError `malformed_cursor`, also if it belongs to another thread.
 */
export function readThreadCursor(threadId: string, text: string | null | undefined): ThreadCursor {
  if (text === null || text === undefined || text === '') return THREAD_START;
  const [head = '', ...parts] = text.length > MAX_LENGTH ? [] : text.split('~');
  const [version, check, position = '', ...rest] = head.split('.');
  const cursor = cursorSchema.safeParse({
    position,
    entries: parts.map((part) => part.split('.')),
  });
  if (version !== VERSION || rest.length > 0 || !cursor.success) throw malformed();
  if (check !== checkOf(threadId)) throw ofAnotherThread();
  return cursor.data;
}

const positionSchema = z
  .string()
  .regex(/^(0|[1-9a-z][0-9a-z]{0,9})$/)
  .transform((text) => Number.parseInt(text, RADIX));

const entrySchema = z
  .tuple([
    z
      .string()
      .transform((rest) => `wf_${rest}`)
      .pipe(workflowIdSchema),
    z.union([eventIdSchema, z.literal('').transform(() => null)]),
    positionSchema.optional(),
  ])
  .transform(([workflowId, after, position]) => ({
    workflowId,
    after,
    position: position ?? null,
  }));

const cursorSchema = z
  .object({ position: positionSchema, entries: z.array(entrySchema) })
  .refine(({ position, entries }) =>
    entries.every((entry) => entry.position === null || entry.position > position),
  )
  .refine(
    ({ entries }) => new Set(entries.map(({ workflowId }) => workflowId)).size === entries.length,
  );

function malformed(): ApiError {
  return new ApiError(
    'malformed_cursor',
    'The cursor is not one of a thread. Send the id of the last event you got, as it came, or nothing to start from the first.',
  );
}

function ofAnotherThread(): ApiError {
  return new ApiError(
    'malformed_cursor',
    'The cursor is of another thread. Send the id of the last event you got from this one, or nothing to start from the first.',
  );
}

/**
 * Makes a checksum of the thread id, so that a cursor of another thread is rejected (FNV-1a, 32
 * bits).
 */
function checkOf(threadId: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < threadId.length; index += 1) {
    hash = Math.imul(hash ^ threadId.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(RADIX);
}
