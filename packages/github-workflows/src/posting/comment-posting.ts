import type { WorkflowContext } from '@runtape/engine';
import { z } from 'zod';
import type { Draft } from '../comment-on-issue/draft-comment.ts';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../issue/issue.ts';
import { finalTextInSlices, placeholderText } from './comment-text.ts';
import { editComment, type PostedComment, postedCommentSchema } from './github-comments.ts';
import { PLACE_COMMENT, postOnce } from './post-once.ts';

export interface PostingOptions {
  readonly github: GitHub;
  readonly address: IssueAddress;
}

/** The comment of one workflow on GitHub: a placeholder first, then the draft. */
export class CommentPosting {
  readonly #ctx: WorkflowContext;
  readonly #options: PostingOptions;
  #placeholder: PostedComment | null = null;

  constructor(ctx: WorkflowContext, options: PostingOptions) {
    this.#ctx = ctx;
    this.#options = options;
  }

  /** Posts the placeholder, once for all attempts. */
  async begin(known: { login: string | null; commentCount: number }): Promise<void> {
    const { workflowId, attempt, signal } = this.#ctx;
    const { github, address } = this.#options;
    this.#placeholder = await this.#ctx.step(PLACE_COMMENT, postedCommentSchema, () =>
      postOnce(github, {
        workflowId,
        attempt,
        address,
        signal,
        body: placeholderText(workflowId),
        ...known,
      }),
    );
  }

  /** Replaces the placeholder with the draft. @returns its URL. */
  async finish(draft: Draft): Promise<string> {
    const { github, address } = this.#options;
    return this.#ctx.step('post', z.url(), async () => {
      const body = await finalTextInSlices(this.#ctx.workflowId, draft, this.#ctx.signal);
      const { url } = await editComment(github, address, { id: this.#id, body });
      await this.#ctx.status('posted', 'Posted the comment to GitHub.');
      return url;
    });
  }

  get #id(): number {
    if (this.#placeholder === null) throw new Error('The placeholder was not posted.');
    return this.#placeholder.id;
  }
}
