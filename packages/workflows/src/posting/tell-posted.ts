import type { CleanUpContext } from '@runtape/engine';
import { findOwnComment, type OwnComment } from './find-own-comment.ts';

/**
 * Says where a person's comment is that was posted although its workflow does not complete: a cancel came while GitHub was asked, or its answer was
 * lost. It is theirs, so it stays as it is.
 * @throws what GitHub fails with.
 */
export async function tellPosted(ctx: CleanUpContext, own: OwnComment): Promise<void> {
  const posted = await findOwnComment(ctx, own);
  if (posted === null) return;
  const message = `The comment is on GitHub all the same: ${posted.url} Delete it there if it is not to stay.`;
  await ctx.log('warn', message);
}
