import { fence } from '../text/fence.ts';
import type { Issue } from './issue.ts';

/** Formats an issue for a model as Markdown, between tags that its content cannot close. */
export function fenceIssue(issue: Issue): string {
  const { title, body, author, comments, omitted, pullRequest } = issue;
  const parts = [
    `# ${title.replaceAll(/\s+/g, ' ')}`,
    ...(author === null ? [] : [`(by ${author})`]),
    ...(pullRequest === null ? [] : ['(This is a pull request, a proposal to change the code.)']),
    body.trim() === '' ? '(The issue has no text beyond its title.)' : body,
    ...(omitted.characters === 0 ? [] : [`(${omitted.characters} more characters left out)`]),
    ...(omitted.comments === 0 ? [] : [`(${omitted.comments} older comments left out)`]),
    ...(pullRequest === null ? [] : [changes(pullRequest)]),
    ...comments.map((comment) => `## Comment by ${comment.author}\n\n${comment.body}`),
  ];
  return fence('issue', parts.join('\n\n'));
}

function changes({ diff, isWhole }: NonNullable<Issue['pullRequest']>): string {
  if (diff === null) return '(What the pull request changes could not be read.)';
  const rest = isWhole ? '' : '\n\n(The rest of the changes was left out.)';
  return `## What the pull request changes\n\nThe repository is shown as it is without these changes.\n\n${diff}${rest}`;
}
