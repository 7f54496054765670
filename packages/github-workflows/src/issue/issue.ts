import { githubIssueSchema } from '../contract/index.ts';
import { z } from 'zod';
import { truncate } from '../text/truncate.ts';

/** Far above GitHub's limit for one text; the rest of a longer text is omitted. */
const MAX_BODY_CHARS = 60_000;
const MAX_COMMENT_CHARS = 8_000;
const MAX_COMMENTS_CHARS = 60_000;
const MAX_TITLE_CHARS = 300;
const MAX_DIFF_CHARS = 60_000;

export const issueAddressSchema = githubIssueSchema.omit({ kind: true });

/** Where an issue is on GitHub. */
export type IssueAddress = z.infer<typeof issueAddressSchema>;

const commentSchema = z.object({ author: z.string(), body: z.string() });

export const issueSchema = z.object({
  title: z.string(),
  body: z.string(),
  author: z.string().nullable(),
  url: z.url().nullable(),
  /** Oldest first. */
  comments: z.array(commentSchema),
  /** The number of comments when the issue was read. */
  commentCount: z.int().nonnegative(),
  omitted: z.object({
    /** The number of omitted characters. */
    characters: z.int().nonnegative(),
    /** The number of omitted comments. */
    comments: z.int().nonnegative(),
  }),
  /**
   * The address on GitHub where it was found, which differs if it was moved. `null` if it is not
   * from GitHub.
   */
  address: issueAddressSchema.nullable().default(null),
  /** The changes of a pull request; `null` for an issue. */
  pullRequest: z
    .object({
      /** `null` when it could not be read. */
      diff: z.string().nullable(),
      isWhole: z.boolean(),
    })
    .nullable()
    .default(null),
});

/** An issue, cut to the size that the draft is based on. */
export type Issue = z.infer<typeof issueSchema>;

export interface RawIssue {
  readonly title: string;
  readonly body: string;
  readonly author?: string | null;
  readonly url?: string | null;
  /** The newest ones, oldest first; not necessarily all. */
  readonly comments?: readonly z.infer<typeof commentSchema>[];
  readonly commentCount?: number;
  readonly address?: IssueAddress;
  /** Only set for a pull request; the diff may be cut or missing. */
  readonly pullRequest?: { readonly diff: string | null; readonly isWhole: boolean };
}

/** Cuts an issue down to a size that a model can be given; the newest comments are kept. */
export function boundIssue(raw: RawIssue): Issue {
  const body = truncate(raw.body, MAX_BODY_CHARS);
  const comments: Issue['comments'] = [];
  let room = MAX_COMMENTS_CHARS;
  for (const { author, body: whole } of (raw.comments ?? []).toReversed()) {
    const { text } = truncate(whole, MAX_COMMENT_CHARS);
    room -= text.length;
    if (room < 0) break;
    comments.unshift({ author, body: text });
  }
  const commentCount = raw.commentCount ?? raw.comments?.length ?? 0;
  return {
    title: truncate(raw.title.trim(), MAX_TITLE_CHARS).text || 'Untitled issue',
    body: body.text,
    author: raw.author ?? null,
    url: raw.url ?? null,
    comments,
    commentCount,
    omitted: { characters: body.omitted, comments: Math.max(0, commentCount - comments.length) },
    address: raw.address ?? null,
    pullRequest: raw.pullRequest === undefined ? null : boundDiff(raw.pullRequest),
  };
}

function boundDiff({ diff, isWhole }: NonNullable<RawIssue['pullRequest']>): Issue['pullRequest'] {
  if (diff === null) return { diff: null, isWhole: false };
  const { text, omitted } = truncate(diff, MAX_DIFF_CHARS);
  return { diff: text, isWhole: isWhole && omitted === 0 };
}

/** Whether there is no room for another comment, however short it is. */
export function hasEnoughComments(comments: readonly { readonly body: string }[]): boolean {
  const chars = comments.reduce(
    (sum, { body }) => sum + Math.min(body.length, MAX_COMMENT_CHARS),
    0,
  );
  return chars > MAX_COMMENTS_CHARS;
}
