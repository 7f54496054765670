import { issueFromMarkdown } from '../issue/issue-from-markdown.ts';
import { folderRepository } from './folder-repository.ts';
import type { Subject } from './subject.ts';

/** An issue that was pasted or comes as a sample, and a folder on this machine. */
export function folderSubject({ issue, path }: { issue: string; path: string }): Subject {
  const subject: Subject = {
    ...folderRepository(path),
    address: null,
    async readIssue() {
      return issueFromMarkdown(issue);
    },
    foundAt: () => subject,
  };
  return subject;
}
