import { boundIssue, type Issue } from '../issue/issue.ts';
import { resolveLocalFolder } from '../repository/local-folder.ts';
import type { ResolvedRepository, ResolvedTarget } from './resolved-target.ts';

/** The code in a folder on this machine, as it is. */
export function folderRepository(path: string): ResolvedRepository {
  return {
    async authenticate() {
      return { login: null, message: 'Working on a folder of this machine; GitHub is not needed.' };
    },
    async resolveCommit() {
      // Fails now rather than in a later step if the folder is missing.
      await resolveLocalFolder(path);
      return null;
    },
    async openFolder() {
      return { root: await resolveLocalFolder(path), leftOut: 0, onlyTracked: false };
    },
    async [Symbol.asyncDispose]() {
      // The folder belongs to the user, so it is not removed.
    },
  };
}

/** An issue that was pasted or comes as a sample, and a folder on this machine. */
export function folderTarget({ issue, path }: { issue: string; path: string }): ResolvedTarget {
  const target: ResolvedTarget = {
    ...folderRepository(path),
    address: null,
    async readIssue() {
      return issueFromMarkdown(issue);
    },
    atAddress: () => target,
  };
  return target;
}

const MAX_HEADING_LEVEL = 6;

/** Reads a pasted issue: its first heading or line is the title, the rest the text. */
export function issueFromMarkdown(markdown: string): Issue {
  const text = markdown.trimStart();
  const end = text.indexOf('\n');
  const line = (end === -1 ? text : text.slice(0, end)).trimEnd();
  return boundIssue({
    title: headingText(line) ?? line,
    body: end === -1 ? '' : text.slice(end).replaceAll('\r\n', '\n').trim(),
  });
}

/** The text of a Markdown heading without its marks; `null` when the line is not a heading. */
function headingText(line: string): string | null {
  let level = 0;
  while (line.charAt(level) === '#') level += 1;
  const inside = line.slice(level);
  const text = inside.trim();
  if (level === 0 || level > MAX_HEADING_LEVEL || text === '' || inside === text) return null;
  let end = text.length;
  while (text.charAt(end - 1) === '#') end -= 1;
  const before = text.slice(0, end);
  // In `# About C#` the mark at the end belongs to the text.
  const withoutMarks = before.trimEnd();
  return withoutMarks === '' || withoutMarks === before ? text : withoutMarks;
}
