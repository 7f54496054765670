import { parseRepositoryUrl, PUBLIC_GITHUB } from './github-url.ts';
import { type IssueTarget, issueTargetSchema } from './targets.ts';

/** Longer texts are never a target. */
const MAX_CHARS = 2_000;
const SHORT = /^([^\s/#]+)\/([^\s/#]+)#(\d+)$/;
const SAMPLE = /^sample:([a-z0-9-]+)$/;

/** A parsed target, or the reason why the text is not a target. */
export type ParsedTarget =
  | { readonly ok: true; readonly target: IssueTarget }
  | { readonly ok: false; readonly message: string };

/**
 * Parses a target as a user types it: `owner/repo#12`, the URL of an issue, or `sample:name`. It
 * does not check whether the sample, the repository or the issue exists.
 * @param webHost the host of GitHub's pages; URLs of other hosts are not targets. Default:
 *   github.com.
 */
export function parseTarget(text: string, webHost: string = PUBLIC_GITHUB): ParsedTarget {
  const typed = text.trim();
  const parsed = typed.length > MAX_CHARS ? null : readTarget(typed, webHost);
  if (parsed !== null) return { ok: true, target: parsed };
  return {
    ok: false,
    message: `"${typed.slice(0, 80)}" is no target. Write owner/repo#123, the URL of an issue on ${webHost}, or sample:name.`,
  };
}

function readTarget(typed: string, webHost: string): IssueTarget | null {
  const sample = SAMPLE.exec(typed)?.[1];
  if (sample !== undefined) return { kind: 'sample', name: sample };
  const [, owner, repo, issueNumber] = SHORT.exec(typed) ?? issueOfUrl(typed, webHost);
  const parsed = issueTargetSchema.safeParse({
    kind: 'github',
    owner,
    repo,
    issueNumber: Number(issueNumber),
  });
  return parsed.success ? parsed.data : null;
}

function issueOfUrl(typed: string, webHost: string): readonly (string | undefined)[] {
  const { owner, repo, rest: [kind, number = ''] = [] } = parseRepositoryUrl(typed, webHost) ?? {};
  const isIssue = (kind === 'issues' || kind === 'pull') && /^\d+$/.test(number);
  return isIssue ? [typed, owner, repo, number] : [];
}

/** Formats a target as a user would type it, for titles and lists. */
export function formatTarget(target: IssueTarget): string {
  switch (target.kind) {
    case 'sample':
      return `sample:${target.name}`;
    case 'github':
      return `${target.owner}/${target.repo}#${target.issueNumber}`;
    case 'local':
      return target.path;
  }
}
