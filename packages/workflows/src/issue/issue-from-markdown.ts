import { boundIssue, type Issue } from './issue.ts';

const HEADING = /^\s*#{1,6}\s+(.+?)\s*#*\s*$/;

/** Reads a pasted issue: its first heading or line is the title, the rest the text. */
export function issueFromMarkdown(markdown: string): Issue {
  const lines = markdown.replaceAll('\r\n', '\n').split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const line = lines[first] ?? '';
  return boundIssue({
    title: HEADING.exec(line)?.[1] ?? line,
    body: lines
      .slice(first + 1)
      .join('\n')
      .trim(),
  });
}
