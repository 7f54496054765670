import { requireUser } from '../accounts/require-user.ts';
import type { Procedure } from '../trpc.ts';

/** What this server allows, so that nobody is offered what it would refuse. */
export const features = (procedure: Procedure) =>
  procedure.query(({ ctx }) => {
    requireUser(ctx);
    const { allowLocal, canPost, githubHost } = ctx;
    return {
      /** Whether targets may be folders of the machine that it runs on. */
      folders: allowLocal,
      /** Whether drafts can be posted to GitHub, as far as the server knows. */
      posting: canPost,
      /** The host of the pages of the GitHub that is asked: URLs of other hosts name nothing there. */
      githubHost,
    };
  });
