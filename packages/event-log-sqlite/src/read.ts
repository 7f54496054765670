import {
  checkMergedRange,
  checkRange,
  decodeSegments,
  jsonSchema,
  type JsonValue,
  type MergedRange,
  type Page,
  type ReadRange,
  takeSegments,
} from '@runtape/event-log';
import { mergeTokens, type WorkflowId } from '@runtape/events';
import { Store } from './database/store.ts';
import type { Dependencies } from './sqlite-event-log.ts';
import { decodeEntries } from './tables/entry-table.ts';
import { decodeJoined } from './tables/joined-entries.ts';

export async function readInput(
  { store, workflows }: Dependencies,
  workflowId: WorkflowId,
): Promise<JsonValue> {
  return parseInput(store, await store.read(() => workflows.input(workflowId)));
}

export async function read(
  dependencies: Pick<Dependencies, 'store' | 'workflows' | 'entries' | 'joined'>,
  workflowId: WorkflowId,
  range: ReadRange,
  byRow = false,
): Promise<Page> {
  checkRange(range);
  const { store, workflows, entries: table, joined: joinedTable } = dependencies;
  const { record, joined, rows } = await store.read(() => {
    const joinedRow = byRow ? null : joinedTable.after(workflowId, range);
    return {
      record: workflows.record(workflowId),
      joined: joinedRow,
      rows: joinedRow === null ? table.after(workflowId, range) : [],
    };
  });
  if (joined === null) {
    return { record, entries: await explained(store, () => decodeEntries(rows)) };
  }
  const entries = await decodeJoined(joined);
  return entries === null ? await read(dependencies, workflowId, range, true) : { record, entries };
}

export async function readMerged(
  dependencies: Dependencies,
  workflowId: WorkflowId,
  range: MergedRange,
): Promise<Page> {
  checkMergedRange(range);
  const { store, workflows, segments: table, segmentWriter } = dependencies;
  const { after, limit, maxBytes } = range;
  const { record, segments, upTo } = await store.read(() => {
    const found = workflows.record(workflowId);
    return { record: found, ...takeSegments(table.after(workflowId, after), found, range) };
  });
  const merged = decodeSegments(segments);
  if (merged.length > 0) return { record, entries: merged };
  segmentWriter.notice(record);
  const some = { after, limit: Math.min(limit, upTo - after), maxBytes };
  const page = await read(dependencies, workflowId, some);
  return { record: page.record, entries: mergeTokens(page.entries) };
}

/** @param text an input as stored. */
export function parseInput(store: Store, text: string): JsonValue {
  try {
    return jsonSchema.parse(JSON.parse(text));
  } catch (error) {
    throw store.explain(error);
  }
}

/** Reports unreadable data in the store as damage of the store. */
export async function explained<Result>(
  store: Store,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw store.explain(error);
  }
}
