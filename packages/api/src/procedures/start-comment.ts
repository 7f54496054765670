import { type IssueTarget, formatTarget, startCommentSchema } from '@runtape/events';
import type { ApiContext, SampleInfo } from '../api-context.ts';
import { ApiError } from '../errors.ts';
import { titleOf } from '../title.ts';
import type { Procedure } from '../trpc.ts';

/** Starts commentOnIssue; with an idempotency key, at most once. */
export const startComment = (procedure: Procedure) =>
  procedure.input(startCommentSchema).mutation(async ({ ctx, input }) => {
    const { target, post, threadId, idempotencyKey } = input;
    const sample = checkTarget(ctx, target);
    return await ctx.starter.start({
      workflow: 'commentOnIssue',
      input: { target, post },
      summary: { title: titleOf(target, sample), target: formatTarget(target) },
      threadId,
      idempotencyKey,
    });
  });

/** @returns the sample, when the target is one. */
function checkTarget(ctx: ApiContext, target: IssueTarget): SampleInfo | undefined {
  switch (target.kind) {
    case 'sample':
      return findSample(ctx.samples(), target.name);
    case 'local':
      if (!ctx.allowLocal) {
        throw new ApiError(
          'local_not_allowed',
          'This server does not read folders of its machine. Name an issue on GitHub, or run your own server.',
        );
      }
      return undefined;
    case 'github':
      return undefined;
  }
}

function findSample(samples: readonly SampleInfo[], name: string): SampleInfo {
  const sample = samples.find((candidate) => candidate.name === name);
  if (sample !== undefined) return sample;
  const known = samples.map((candidate) => candidate.name).join(', ');
  throw new ApiError('unknown_sample', `There is no sample "${name}". The samples are: ${known}.`);
}
