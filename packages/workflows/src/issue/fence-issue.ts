import { fence } from '../fence.ts';
import type { Issue } from './issue.ts';

/** The issue as a model is given it: as Markdown, between tags that nothing in it can close. */
export function fenceIssue({ title, body, author, comments, omitted }: Issue): string {
  const parts = [
    `# ${title.replaceAll(/\s+/g, ' ')}`,
    ...(author === null ? [] : [`(by ${author})`]),
    body.trim() === '' ? '(The issue has no text beyond its title.)' : body,
    ...(omitted.characters === 0 ? [] : [`(${omitted.characters} more characters left out)`]),
    ...(omitted.comments === 0 ? [] : [`(${omitted.comments} older comments left out)`]),
    ...comments.map((comment) => `## Comment by ${comment.author}\n\n${comment.body}`),
  ];
  return fence('issue', parts.join('\n\n'));
}
