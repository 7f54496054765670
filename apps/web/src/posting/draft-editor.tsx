import { MAX_COMMENT_CHARS } from '@runtape/github-workflows/contract';
import { Copy, Send, Undo2 } from 'lucide-react';
import { Tabs } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { copyWithToast } from '../copy-text.ts';
import { formatCount } from '../format/numbers.ts';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';
import { Notice } from '../ui/notice.tsx';
import { Markdown } from '../workflow/markdown.tsx';
import { ConfirmPost } from './confirm-post.tsx';
import type { PostState } from './use-post.ts';

export interface DraftEditorProps {
  /** The draft as the workflow wrote it. */
  readonly draft: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** The issue to post it on; `null` when there is none. */
  readonly issue: string | null;
  /** Why it cannot be posted; `null` when it can. */
  readonly obstacle: string | null;
  readonly state: PostState;
  readonly onPost: () => void;
  readonly onClose: () => void;
}

/** Edits, previews and posts a draft. */
export function DraftEditor(props: DraftEditorProps): ReactNode {
  const { draft, text, onText, issue, obstacle, state, onPost, onClose } = props;
  const [isConfirming, setIsConfirming] = useState(false);
  const left = MAX_COMMENT_CHARS - text.trim().length;
  const mayPost = issue !== null && obstacle === null && left >= 0 && text.trim() !== '';
  return (
    <Modal
      aria-labelledby="draft-editor"
      onClose={onClose}
      className="h-[min(50rem,100dvh-2rem)] w-[min(56rem,100vw-1rem)] max-w-none p-0"
    >
      <div className="flex h-full flex-col gap-3 p-4 sm:p-6">
        <h2 id="draft-editor" className="text-lg font-semibold">
          {issue === null ? 'Edit the draft' : 'Edit and post'}
        </h2>
        <Tabs.Root defaultValue="write" className="flex min-h-0 flex-1 flex-col">
          <Tabs.List aria-label="Write or preview" className="flex gap-1 border-b">
            <Tab value="write">Write</Tab>
            <Tab value="preview">Preview</Tab>
          </Tabs.List>
          <Tabs.Content value="write" className="min-h-0 flex-1 pt-3">
            <textarea
              aria-label="Comment as Markdown"
              aria-invalid={left < 0}
              className="size-full resize-none rounded-md border bg-background p-3 font-mono text-sm leading-6"
              value={text}
              onChange={({ target }) => onText(target.value)}
            />
          </Tabs.Content>
          <Tabs.Content value="preview" className="min-h-0 flex-1 overflow-y-auto pt-3">
            <Markdown text={text} grows={false} />
          </Tabs.Content>
        </Tabs.Root>
        {left < 0 && (
          <p role="alert" className="text-sm text-bad">
            The comment has {formatCount(MAX_COMMENT_CHARS - left)} characters. GitHub allows{' '}
            {formatCount(MAX_COMMENT_CHARS)}.
          </p>
        )}
        {issue !== null && obstacle !== null && (
          <p className="text-sm text-muted-foreground">{obstacle}</p>
        )}
        {state.kind === 'failed' && (
          <Notice title="The comment was not posted">{state.message}</Notice>
        )}
        {isConfirming && issue !== null ? (
          <ConfirmPost
            issue={issue}
            text={text}
            onBack={() => setIsConfirming(false)}
            onConfirm={() => {
              setIsConfirming(false);
              onPost();
            }}
          />
        ) : (
          <div className="flex flex-wrap items-center gap-2">
            <Button kind="quiet" disabled={text === draft} onClick={() => onText(draft)}>
              <Undo2 aria-hidden />
              Reset to the draft
            </Button>
            <span className="ml-auto flex flex-wrap justify-end gap-2">
              <Button onClick={() => copyWithToast(text, 'Copied as Markdown')}>
                <Copy aria-hidden />
                Copy
              </Button>
              <Button onClick={onClose}>Close</Button>
              {issue !== null && (
                <Button
                  kind="primary"
                  disabled={!mayPost || state.kind === 'posting'}
                  onClick={() => setIsConfirming(true)}
                >
                  <Send aria-hidden />
                  {state.kind === 'posting' ? 'Posting …' : 'Post …'}
                </Button>
              )}
            </span>
          </div>
        )}
      </div>
    </Modal>
  );
}

function Tab(props: { readonly value: string; readonly children: ReactNode }): ReactNode {
  return (
    <Tabs.Trigger
      {...props}
      className="-mb-px border-b-2 border-transparent px-3 py-2 text-sm text-muted-foreground data-[state=active]:border-primary data-[state=active]:text-foreground"
    />
  );
}
