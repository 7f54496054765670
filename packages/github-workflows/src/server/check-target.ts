import type { SampleInfo } from '../contract/operations.ts';
import { formatTarget } from '../contract/parse-target.ts';
import type { IssueTarget, RepositoryTarget } from '../contract/targets.ts';
import { githubError } from './github-error.ts';
import { type AccessSettings, permissionsOf, type RequestAccess } from './user-permissions.ts';

export interface TargetSettings extends AccessSettings {
  /** The sample issues, as they are now. */
  readonly samples: () => readonly SampleInfo[];
}

/**
 * Checks that this server accepts a target.
 * @returns the sample, if the target is one
 * @throws ApiError `unknown_sample`, `local_not_allowed`.
 */
export function checkIssueTarget(
  settings: TargetSettings,
  ctx: RequestAccess,
  target: IssueTarget,
): SampleInfo | undefined {
  if (target.kind === 'sample') return findSample(settings.samples(), target.name);
  checkLocal(settings, ctx, target);
  return undefined;
}

/** @throws ApiError `local_not_allowed`. */
export function checkRepositoryTarget(
  settings: AccessSettings,
  ctx: RequestAccess,
  target: RepositoryTarget,
): void {
  checkLocal(settings, ctx, target);
}

function checkLocal(
  settings: AccessSettings,
  ctx: RequestAccess,
  { kind }: IssueTarget | RepositoryTarget,
): void {
  if (kind !== 'local' || permissionsOf(settings, ctx).readFolders) return;
  throw githubError(
    'local_not_allowed',
    settings.allowLocal
      ? 'Only those who see everything may have folders of this machine read. Name a target on GitHub, or run your own server.'
      : 'This server does not read folders of its machine. Name a target on GitHub, or run your own server.',
  );
}

function findSample(samples: readonly SampleInfo[], name: string): SampleInfo {
  const sample = samples.find((candidate) => candidate.name === name);
  if (sample !== undefined) return sample;
  const known = samples.map((candidate) => candidate.name).join(', ');
  throw githubError('unknown_sample', `There is no sample "${name}". The samples are: ${known}.`);
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
