import { TimeSlice } from '@runtape/async';
import { decodeEvent, type EventId, eventIdSchema, type WorkflowEvent } from '@runtape/events';
import { z } from 'zod';
import {
  ARCHIVE_FORMAT,
  type ArchiveHeader,
  archiveHeaderSchema,
  ArchiveOrder,
} from './archive-format.ts';
import { EventLogError } from '../errors.ts';
import type { Entry } from '../port/read.ts';
import { type Line, splitLines } from './split-lines.ts';

const formatSchema = z.object({ runtape: z.number() });
const idSchema = z.object({ id: eventIdSchema });

/** An archived workflow. */
export interface Archive {
  readonly header: ArchiveHeader;
  /** Read lazily. Rejects like `readArchive`, and ends only after the terminal event. */
  readonly entries: AsyncIterable<Entry>;
}

/**
 * Reads the output of `archiveWorkflow`.
 * @param chunks the file, in chunks of any size.
 * @throws EventLogError `invalid_archive`, with the `line` from 1, when it is not an archive, is
 *   truncated, or has a newer format.
 */
export async function readArchive(chunks: AsyncIterable<Uint8Array>): Promise<Archive> {
  const lines = splitLines(chunks);
  try {
    const first = await lines.next();
    if (first.done === true) throw invalid(1, 'The file is empty.');
    const header = readHeader(first.value);
    return { header, entries: readEntries(header, lines) };
  } catch (error) {
    await lines.return();
    throw error;
  }
}

async function* readEntries(
  header: ArchiveHeader,
  lines: AsyncIterable<Line>,
): AsyncGenerator<Entry, void> {
  const order = new ArchiveOrder(header);
  const slice = new TimeSlice();
  let last = 1;
  for await (const line of lines) {
    if (slice.due) await slice.yield();
    last = line.number;
    const { id, event } = readEvent(line);
    const next = order.next(id, event);
    if ('wrong' in next) throw invalid(last, `The events are not in order: ${next.wrong}.`);
    yield { id, seq: next.seq, event };
  }
  if (!order.isWhole)
    throw invalid(last, 'The file is cut off: the end of the workflow is missing.');
}

function readHeader(line: Line): ArchiveHeader {
  const value = parseJson(line);
  const format = formatSchema.safeParse(value);
  if (!format.success) throw invalid(line.number, 'It does not begin as an archive does.');
  const { runtape } = format.data;
  if (runtape > ARCHIVE_FORMAT) {
    throw invalid(
      line.number,
      `The file is of format ${runtape}, and this program reads format ${ARCHIVE_FORMAT}. Use a newer Runtape.`,
    );
  }
  const header = archiveHeaderSchema.safeParse(value);
  if (header.success) return header.data;
  throw invalid(line.number, `The header is not right: ${z.prettifyError(header.error)}`);
}

function readEvent(line: Line): { id: EventId; event: WorkflowEvent } {
  const value = parseJson(line);
  try {
    const { id } = idSchema.parse(value);
    return { id, event: decodeEvent(value) };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw invalid(line.number, `That is no event: ${why}`, cause);
  }
}

function parseJson({ number, text, isEnded }: Line): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const isCut = !isEnded && number > 1;
    throw invalid(number, isCut ? 'The file is cut off here.' : 'That is not JSON.', cause);
  }
}

function invalid(line: number, why: string, cause?: unknown): EventLogError {
  return new EventLogError('invalid_archive', `Line ${line}: ${why}`, { line, cause });
}
