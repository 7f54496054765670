import {
  commentOnIssueResultSchema,
  parseTarget,
  postCommentResultSchema,
} from '@runtape/github-workflows/contract';
import { type WorkflowSnapshot } from '@runtape/events';
import { currentDraft } from '@runtape/github-workflows/contract';
import { LoaderCircle, PenLine } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { postingObstacle, useFeatures } from '../session/permissions.ts';
import { Button } from '../ui/button.tsx';
import { ExternalLink } from '../ui/external-link.tsx';
import { useSavedDraft } from './saved-drafts.ts';
import { type PostState, usePost } from './use-post.ts';

/** Loaded on demand, since it includes a Markdown parser. */
const DraftEditor = lazy(async () => ({
  default: (await import('./draft-editor.tsx')).DraftEditor,
}));

const draftingWorkflows: readonly string[] = ['commentOnIssue', 'reviewIssue'];

/** Opens the editor for a complete draft, and links to the posted comment. */
export function EditButton({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const posted = postCommentResultSchema.safeParse(workflow.result);
  if (workflow.workflow === 'postComment' && posted.success) {
    return <PostingStatus state={{ kind: 'none' }} url={posted.data.postedUrl} />;
  }
  const draft = currentDraft(workflow);
  if (!draftingWorkflows.includes(workflow.workflow) || workflow.endedAt === null) return null;
  if (draft === null || !draft.isComplete) return null;
  return <EditDraft workflow={workflow} draft={draft.text} />;
}

function EditDraft(props: {
  readonly workflow: WorkflowSnapshot;
  readonly draft: string;
}): ReactNode {
  const { workflow, draft } = props;
  const { workflowId, target } = workflow;
  const { saved, save } = useSavedDraft(workflowId);
  const [isOpen, setIsOpen] = useState(false);
  const features = useFeatures();
  const postId = saved?.postId ?? null;
  const text = saved?.text ?? draft;
  const { state, post } = usePost(workflowId, postId, (started, body) => {
    save({ text: body, postId: started });
    setIsOpen(false);
  });
  const parsed = parseTarget(target);
  const issue = parsed.ok && parsed.target.kind === 'github' ? target : null;
  const url = postedUrl(workflow, state);
  return (
    <>
      <PostingStatus state={state} url={url} />
      <Button onClick={() => setIsOpen(true)}>
        <PenLine aria-hidden />
        {issue === null || url !== null ? 'Edit' : 'Edit and post'}
      </Button>
      {isOpen && (
        <Suspense>
          <DraftEditor
            draft={draft}
            text={text}
            onText={(changed) => save({ text: changed, postId })}
            issue={issue}
            obstacle={toObstacle(url, features)}
            state={state}
            onPost={() => post(text)}
            onClose={() => setIsOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}

function PostingStatus(props: {
  readonly state: PostState;
  readonly url: string | null;
}): ReactNode {
  const { state, url } = props;
  if (url !== null) {
    return (
      <ExternalLink
        href={url}
        className="inline-flex h-9 items-center gap-1 px-1 text-sm font-medium text-good underline"
      >
        Posted on GitHub
      </ExternalLink>
    );
  }
  if (state.kind === 'posting') {
    return (
      <output className="inline-flex h-9 items-center gap-1.5 px-1 text-sm text-muted-foreground">
        <LoaderCircle aria-hidden className="size-4 animate-spin" />
        {state.message}
      </output>
    );
  }
  if (state.kind !== 'failed') return null;
  return (
    <span role="alert" className="inline-flex min-h-9 items-center px-1 text-sm text-bad">
      The comment was not posted: {state.message}
    </span>
  );
}

/** The comment was posted by this workflow, or by the user afterwards. */
function postedUrl({ result }: WorkflowSnapshot, state: PostState): string | null {
  if (state.kind === 'posted') return state.url;
  const own = commentOnIssueResultSchema.safeParse(result);
  return own.success ? (own.data.postedUrl ?? null) : null;
}

function toObstacle(url: string | null, features: ReturnType<typeof useFeatures>): string | null {
  if (url !== null)
    return 'This draft is already posted. Edit the comment on GitHub, where everyone can see the changes.';
  return postingObstacle(features);
}
