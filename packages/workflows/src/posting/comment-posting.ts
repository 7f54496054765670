import {
  EngineError,
  FatalError,
  RetryableError,
  WorkflowCancelled,
  type WorkflowContext,
} from '@runtape/engine';
import { z } from 'zod';
import type { Draft } from '../draft-comment.ts';
import type { GitHub } from '../github/github-client.ts';
import type { IssueAddress } from '../github/read-github-issue.ts';
import { cancelledText, failureText, finalText } from './comment-text.ts';
import { editComment, type PostedComment, postedCommentSchema } from './github-comments.ts';
import { placePlaceholder, writeSignal } from './placeholder.ts';

const NOTE_TIMEOUT_MS = 10_000;
/** What the engine makes of anything that is none of its errors. */
const UNKNOWN_FAILURE = {
  code: 'internal_error',
  message: 'Something went wrong inside the program.',
};

export interface PostingOptions {
  readonly github: GitHub;
  readonly address: IssueAddress;
}

/** The comment of one workflow on GitHub: a placeholder first, then the draft or an honest note. */
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
    this.#placeholder = await this.#ctx.step('place-comment', postedCommentSchema, async () => {
      const request = { workflowId, attempt, address, signal, ...known };
      // Known from here on, even if the step is cancelled before its result is kept.
      this.#placeholder = await placePlaceholder(github, request);
      return this.#placeholder;
    });
  }

  /** Puts the draft in the placeholder's place. @returns its URL. */
  async finish(draft: Draft): Promise<string> {
    const { github, address } = this.#options;
    return this.#ctx.step('post', z.url(), async () => {
      const body = finalText(this.#ctx.workflowId, draft);
      const { url } = await editComment(github, address, { id: this.#id, body }, writeSignal());
      await this.#ctx.status('posted', 'Posted the comment to GitHub.');
      return url;
    });
  }

  /**
   * Puts an honest note in the placeholder's place when nothing follows any more. Leaves it alone when another attempt will
   * go on, also after a pause, or another worker does.
   */
  async abandon(error: unknown): Promise<void> {
    const body = this.#lastWords(error);
    if (body === null || this.#placeholder === null) return;
    const { github, address } = this.#options;
    try {
      await editComment(github, address, { id: this.#id, body }, writeSignal(NOTE_TIMEOUT_MS));
    } catch {
      // Why the workflow ends matters more than that its placeholder stays; that one says itself what it means then.
      if (!this.#ctx.signal.aborted) {
        await this.#ctx.log('warn', 'The placeholder on GitHub could not be changed into a note.');
      }
    }
  }

  get #id(): number {
    if (this.#placeholder === null) throw new Error('The placeholder was not posted.');
    return this.#placeholder.id;
  }

  #lastWords(error: unknown): string | null {
    const { workflowId, signal, attempt, maxAttempts } = this.#ctx;
    if (signal.aborted) {
      return signal.reason instanceof WorkflowCancelled ? cancelledText(workflowId) : null;
    }
    if (error instanceof RetryableError && attempt < maxAttempts) return null;
    const isKnown =
      error instanceof RetryableError ||
      error instanceof FatalError ||
      error instanceof EngineError;
    return failureText(workflowId, isKnown ? error : UNKNOWN_FAILURE);
  }
}
