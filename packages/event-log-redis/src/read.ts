import {
  checkRange,
  cursorMismatch,
  EventLogError,
  type Page,
  type ReadRange,
} from '@runtape/event-log';
import type { WorkflowId } from '@runtape/events';
import { z } from 'zod';
import { readHistory } from './entries.ts';
import { recordValuesSchema, toRecord } from './record.ts';
import type { Store } from './records.ts';
import { accepted } from './reply.ts';
import { READ } from './scripts/read.ts';

const pageSchema = z.tuple([recordValuesSchema, z.unknown()]);

export async function read(
  { connection, keys }: Store,
  workflowId: WorkflowId,
  range: ReadRange,
): Promise<Page> {
  checkRange(range);
  const { metadata, history } = keys.of(workflowId);
  const { after, limit, maxBytes = '' } = range;
  const reply = await connection.script(READ, [metadata, history], [after, limit, maxBytes]);
  const [fields, stored] = pageSchema.parse(accepted(reply, { workflowId }));
  const record = toRecord(workflowId, fields ?? {});
  const entries = readHistory(stored, record);
  const start = entries[0]?.seq ?? record.tail + 1;
  // Also when somebody else trimmed the stream, and the record knows nothing of it.
  const { incarnation, tail } = record;
  const mismatch = cursorMismatch({ first: start, incarnation, tail }, { incarnation, seq: after });
  if (mismatch === 'trimmed') throw trimmed(workflowId, start);
  if (entries.some(({ seq }, index) => seq !== start + index)) {
    throw new EventLogError('corrupt', `The history of ${workflowId} in Redis has a gap.`, {
      workflowId,
    });
  }
  return { entries, record };
}

function trimmed(workflowId: WorkflowId, first: number): EventLogError {
  return new EventLogError(
    'trimmed',
    `The history of ${workflowId} begins at ${first}. Begin again from a snapshot.`,
    { workflowId, first },
  );
}
