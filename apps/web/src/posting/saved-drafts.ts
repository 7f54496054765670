import { workflowIdSchema } from '@runtape/events';
import { z } from 'zod';
import { useStoredList } from '../local-storage.ts';

const MAX_DRAFTS = 20;

const savedDraftSchema = z.object({
  workflowId: workflowIdSchema,
  text: z.string(),
  /** The workflow that posts it. */
  postId: workflowIdSchema.nullable(),
});

type SavedDraft = z.infer<typeof savedDraftSchema>;

/** The edited draft of a workflow, saved in this browser so that it survives a reload. */
export function useSavedDraft(workflowId: string) {
  const { items, update } = useStoredList({
    name: 'edited-drafts',
    schema: savedDraftSchema,
    idOf: (draft) => draft.workflowId,
    maxItems: MAX_DRAFTS,
  });
  return {
    saved: items.find((draft) => draft.workflowId === workflowId) ?? null,
    save: (change: Pick<SavedDraft, 'text' | 'postId'>): void =>
      update(workflowId, () => ({ workflowId: workflowIdSchema.parse(workflowId), ...change })),
  };
}
