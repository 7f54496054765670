import {
  commentOnIssueResultSchema,
  parseTarget,
  postCommentResultSchema,
  type WorkflowSnapshot,
} from '@runtape/events';
import { currentDraft } from '@runtape/workflow-state';
import { ExternalLink, LoaderCircle, PenLine } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { postingObstacle, useFeatures } from '../session/permissions.ts';
import { Button } from '../ui/button.tsx';
import { useSavedDraft } from './saved-drafts.ts';
import { type PostState, usePost } from './use-post.ts';

/** Includes a Markdown parser, so it is loaded when it is needed. */
const DraftEditor = lazy(async () => ({
  default: (await import('./draft-editor.tsx')).DraftEditor,
}));

const drafters: readonly string[] = ['commentOnIssue', 'reviewIssue'];

/** Opens the editor for a complete draft, and links to the posted comment. */
export function EditButton({ workflow }: { readonly workflow: WorkflowSnapshot }): ReactNode {
  const posted = postCommentResultSchema.safeParse(workflow.result);
  if (workflow.workflow === 'postComment' && posted.success) {
    return <PostedWhere state={{ kind: 'none' }} url={posted.data.postedUrl} />;
  }
  const draft = currentDraft(workflow);
  if (!drafters.includes(workflow.workflow) || workflow.endedAt === null) return null;
  if (draft === null || !draft.isComplete) return null;
  return <EditDraft workflow={workflow} draft={draft.text} />;
}

function EditDraft(props: {
  readonly workflow: WorkflowSnapshot;
  readonly draft: string;
}): ReactNode {
  const { workflow, draft } = props;
  const { workflowId, target } = workflow;
  const { edit, keep } = useSavedDraft(workflowId);
  const [isOpen, setIsOpen] = useState(false);
  const features = useFeatures();
  const postId = edit?.postId ?? null;
  const text = edit?.text ?? draft;
  const { state, post } = usePost(workflowId, postId, (started, body) => {
    keep({ text: body, postId: started });
    setIsOpen(false);
  });
  const parsed = parseTarget(target);
  const place = parsed.ok && parsed.target.kind === 'github' ? target : null;
  const url = postedUrl(workflow, state);
  return (
    <>
      <PostedWhere state={state} url={url} />
      <Button onClick={() => setIsOpen(true)}>
        <PenLine aria-hidden />
        {place === null || url !== null ? 'Edit' : 'Edit and post'}
      </Button>
      {isOpen && (
        <Suspense>
          <DraftEditor
            draft={draft}
            text={text}
            onText={(changed) => keep({ text: changed, postId })}
            place={place}
            obstacle={obstacleOf(url, features)}
            state={state}
            onPost={() => post(text)}
            onClose={() => setIsOpen(false)}
          />
        </Suspense>
      )}
    </>
  );
}

function PostedWhere(props: { readonly state: PostState; readonly url: string | null }): ReactNode {
  const { state, url } = props;
  if (url !== null) {
    return (
      <a
        href={url}
        target="_blank"
        rel="noreferrer"
        className="inline-flex h-9 items-center gap-1 px-1 text-sm font-medium text-good underline"
      >
        Posted on GitHub
        <ExternalLink className="size-3.5" aria-hidden />
        <span className="sr-only">(opens in a new tab)</span>
      </a>
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

function obstacleOf(url: string | null, features: ReturnType<typeof useFeatures>): string | null {
  if (url !== null)
    return 'This draft is posted. Edit it on GitHub, where everyone can see what was changed.';
  return postingObstacle(features);
}
