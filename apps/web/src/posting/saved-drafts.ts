import { workflowIdSchema } from '@runtape/events';
import { useState } from 'react';
import { z } from 'zod';
import { readList, storageKey, writeList } from '../local-storage.ts';

const KEY = storageKey('edited-drafts');
const MOST = 20;

const editSchema = z.object({
  workflowId: workflowIdSchema,
  text: z.string(),
  /** The workflow that posts it. */
  postId: workflowIdSchema.nullable(),
});
const editsSchema = z.array(editSchema);

type Edit = z.infer<typeof editSchema>;

/** The edited draft of a workflow, kept in this browser so that a reload loses nothing. */
export function useSavedDraft(workflowId: string) {
  const [edit, setEdit] = useState<Edit | null>(
    () => readList(KEY, editsSchema).find((kept) => kept.workflowId === workflowId) ?? null,
  );
  return {
    edit,
    keep: (change: Pick<Edit, 'text' | 'postId'>): void => {
      const next = { workflowId: workflowIdSchema.parse(workflowId), ...change };
      setEdit(next);
      const others = readList(KEY, editsSchema).filter((kept) => kept.workflowId !== workflowId);
      writeList(KEY, [next, ...others].slice(0, MOST));
    },
  };
}
