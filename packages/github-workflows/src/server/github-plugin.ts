import {
  check,
  handleRoute,
  idempotencyKeyOf,
  implement,
  type Plugin,
  startedResponse,
  startWorkflow,
} from '@runtape/server/plugins';
import { PUBLIC_GITHUB } from '../contract/github-url.ts';
import { githubOperations, type SampleInfo } from '../contract/operations.ts';
import { chatByQueryRoute, chatRoute } from './chat.ts';
import { chat } from './chat-format.ts';
import { featuresOf } from './features.ts';
import { postDraft } from './post-draft.ts';
import { startRules } from './start-rules.ts';
import type { PermissionSettings } from './user-permissions.ts';

export interface GithubPluginSettings {
  /** Returns the sample issues. Default: none. */
  readonly samples?: (() => readonly SampleInfo[]) | undefined;
  /** Whether folders on this machine may be targets at all. Default: false. */
  readonly allowLocal?: boolean | undefined;
  /** Whether workers can post to GitHub. Default: true; a worker that cannot reports an error. */
  readonly canPost?: boolean | undefined;
  /** The host of GitHub's pages. Default: github.com. */
  readonly githubHost?: string | undefined;
  /** Who may do what. Default: no one if accounts are configured, otherwise everyone. */
  readonly permissions?: PermissionSettings | undefined;
}

/**
 * Makes the plugin for `createApi` and `createRuntape`: the procedures, routes and checks of the
 * workflows of this package. Their contracts belong to `workflows`: see `githubContracts`.
 */
export function githubPlugin(given: GithubPluginSettings = {}) {
  const settings = {
    samples: given.samples ?? (() => []),
    allowLocal: given.allowLocal ?? false,
    canPost: given.canPost ?? true,
    githubHost: given.githubHost ?? PUBLIC_GITHUB,
    permissions: given.permissions ?? {},
  };
  const { startComment, startReview, startQuestion, ...rest } = githubOperations;
  const postComment = implement(rest.postComment, (ctx, input) => postDraft(settings, ctx, input));
  const postRoute = handleRoute(rest.postComment.route, async ({ request, params, body, ctx }) => {
    const idempotencyKey = body.idempotencyKey ?? idempotencyKeyOf(request);
    const input = check(postComment.input, { ...params, ...body, idempotencyKey });
    return startedResponse(ctx, await postComment.run({ ctx, input }));
  });
  return {
    name: 'github',
    procedures: {
      startComment: implement(
        startComment,
        async (ctx, { threadId, idempotencyKey, ...input }) =>
          await startWorkflow(ctx, { workflow: 'commentOnIssue', input, threadId, idempotencyKey }),
      ),
      startQuestion: implement(
        startQuestion,
        async (ctx, { threadId, idempotencyKey, ...input }) =>
          await startWorkflow(ctx, { workflow: 'askRepository', input, threadId, idempotencyKey }),
      ),
      startReview: implement(
        startReview,
        async (ctx, { threadId, idempotencyKey, ...input }) =>
          await startWorkflow(ctx, { workflow: 'reviewIssue', input, threadId, idempotencyKey }),
      ),
      postComment,
      features: implement(rest.features, (ctx) => featuresOf(settings, ctx)),
      samples: implement(rest.samples, () =>
        settings
          .samples()
          .map(({ name, title, summary, issue }) => ({ name, title, summary, issue })),
      ),
    },
    routes: [postRoute, chatRoute, chatByQueryRoute],
    tags: [{ name: 'chat', description: 'Ask about a repository in one request.' }],
    formats: { chat },
    textFields: ['comment', 'answer'],
    starts: startRules(settings),
  } satisfies Plugin;
}
