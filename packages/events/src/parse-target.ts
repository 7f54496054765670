import { type IssueTarget, issueTargetSchema } from './workflows/target.ts';

const SHORT = /^([^\s/#]+)\/([^\s/#]+)#(\d+)$/;
const ISSUE_URL = /^https?:\/\/[^/\s]+\/([^/\s]+)\/([^/\s]+)\/(?:issues|pull)\/(\d+)(?:[/?#].*)?$/;
const SAMPLE = /^(?:sample:)([a-z0-9-]+)$/;

/** A target that a person typed, or why it is none. */
export type ParsedTarget =
  | { readonly ok: true; readonly target: IssueTarget }
  | { readonly ok: false; readonly message: string };

/**
 * Reads what a person types as a target: `owner/repo#12`, the URL of an issue, or `sample:name`.
 * Whether the sample, the repository or the issue exists is found out later.
 */
export function parseTarget(text: string): ParsedTarget {
  const typed = text.trim();
  const sample = SAMPLE.exec(typed)?.[1];
  if (sample !== undefined) return { ok: true, target: { kind: 'sample', name: sample } };
  const [, owner, repo, issueNumber] = SHORT.exec(typed) ?? ISSUE_URL.exec(typed) ?? [];
  const parsed = issueTargetSchema.safeParse({
    kind: 'github',
    owner,
    repo,
    issueNumber: Number(issueNumber),
  });
  if (parsed.success) return { ok: true, target: parsed.data };
  return {
    ok: false,
    message: `"${typed.slice(0, 80)}" is no target. Write owner/repo#123, the URL of a GitHub issue, or sample:name.`,
  };
}

/** The target as one writes it, for titles and lists. */
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
