import { z } from 'zod';
import { getFields, type Store } from '../store/record.ts';
import type { WorkflowIndex } from './workflow-index.ts';

const CHUNK = 200;

const json = z.string().transform((text): unknown => JSON.parse(text));
const listedSchema = z.object({
  workflow: json.pipe(z.string()),
  owner: json.pipe(z.string().nullable()).nullish(),
  threadId: json.pipe(z.string().nullable()).nullish(),
});

/**
 * Puts workflows of an older Runtape into the lists of their definition and thread. There are
 * usually none.
 */
export async function migrateLists(store: Store & { index: WorkflowIndex }): Promise<void> {
  const { index } = store;
  for await (const workflowId of index.unlisted(CHUNK)) {
    const fields = await getFields(store, workflowId, ['workflow', 'owner', 'threadId']);
    const listed = listedSchema.safeParse(fields);
    // A workflow that is gone or damaged is reported by the operations that read it.
    if (listed.success) await index.addToLists(workflowId, listed.data);
  }
}
