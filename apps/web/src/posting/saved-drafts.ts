import { workflowIdSchema } from '@runtape/events';
import { useState } from 'react';
import { z } from 'zod';
import { storageKey } from '../storage-key.ts';

const KEY = storageKey('edited-drafts');
const MOST = 20;

const editSchema = z.object({
  /** The workflow that drafted it. */
  workflowId: workflowIdSchema,
  text: z.string(),
  /** The workflow that posts it, or has. */
  postId: workflowIdSchema.nullable(),
});
const editsSchema = z.array(editSchema);

/** What became of a draft in this browser. */
export type Edit = z.infer<typeof editSchema>;

/** The edited draft of a workflow; kept in this browser, so that a reload loses nothing. */
export function useSavedDraft(workflowId: string) {
  const [edit, setEdit] = useState<Edit | null>(
    () => readEdits().find((kept) => kept.workflowId === workflowId) ?? null,
  );
  return {
    edit,
    keep: (change: Pick<Edit, 'text' | 'postId'>): void => {
      const next = { workflowId: workflowIdSchema.parse(workflowId), ...change };
      setEdit(next);
      const others = readEdits().filter((kept) => kept.workflowId !== workflowId);
      writeEdits([next, ...others].slice(0, MOST));
    },
  };
}

function readEdits(): readonly Edit[] {
  try {
    return editsSchema.parse(JSON.parse(localStorage.getItem(KEY) ?? '[]'));
  } catch {
    // A browser that keeps nothing for the page, or what somebody else has written there.
    return [];
  }
}

function writeEdits(edits: readonly Edit[]): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(edits));
  } catch {
    // Then it holds until the page is left.
  }
}
