import type { SampleInfo } from '@runtape/contract';
import { type IssueTarget, type RepositoryTarget, formatTarget } from '@runtape/events';
import { permissionsOf } from '../accounts/permissions.ts';
import type { StartContext } from './start-context.ts';
import { ApiError } from '../errors/api-error.ts';

/**
 * Checks that this server accepts a target.
 * @returns the sample, if the target is one
 * @throws ApiError `unknown_sample`, `local_not_allowed`.
 */
export function checkIssueTarget(ctx: StartContext, target: IssueTarget): SampleInfo | undefined {
  if (target.kind === 'sample') return findSample(ctx.samples(), target.name);
  checkLocal(ctx, target);
  return undefined;
}

/** @throws ApiError `local_not_allowed`. */
export function checkRepositoryTarget(ctx: StartContext, target: RepositoryTarget): void {
  checkLocal(ctx, target);
}

function checkLocal(ctx: StartContext, { kind }: IssueTarget | RepositoryTarget): void {
  if (kind !== 'local' || permissionsOf(ctx).readFolders) return;
  throw new ApiError(
    'local_not_allowed',
    ctx.allowLocal
      ? 'Only those who see everything may have folders of this machine read. Name a target on GitHub, or run your own server.'
      : 'This server does not read folders of its machine. Name a target on GitHub, or run your own server.',
  );
}

function findSample(samples: readonly SampleInfo[], name: string): SampleInfo {
  const sample = samples.find((candidate) => candidate.name === name);
  if (sample !== undefined) return sample;
  const known = samples.map((candidate) => candidate.name).join(', ');
  throw new ApiError('unknown_sample', `There is no sample "${name}". The samples are: ${known}.`);
}

const MAX_TITLE_LENGTH = 200;

/** Returns the title of a comment workflow in lists before its issue was read. */
export function titleOf(target: IssueTarget, sample: SampleInfo | undefined): string {
  if (target.kind === 'local') return firstLineOf(target.issue);
  return sample?.title ?? formatTarget(target);
}

/** Returns the first line that is not blank, without the marks of a Markdown heading. */
export function firstLineOf(markdown: string): string {
  const lines = markdown.split(/\r?\n/).map((line) => line.replace(/^\s*#{1,6}\s+/, '').trim());
  const first = lines.find((line) => line !== '') ?? '';
  return Array.from(first).slice(0, MAX_TITLE_LENGTH).join('');
}
