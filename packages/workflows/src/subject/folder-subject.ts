import { issueFromMarkdown } from '../issue/issue-from-markdown.ts';
import { resolveLocalFolder } from '../repository/local-folder.ts';
import type { Subject } from './subject.ts';

/** An issue that was pasted or comes as a sample, and a folder on this machine. */
export function folderSubject({ issue, path }: { issue: string; path: string }): Subject {
  return {
    async authenticate() {
      return { login: null, message: 'Working on a folder of this machine; GitHub is not needed.' };
    },
    async readIssue() {
      return issueFromMarkdown(issue);
    },
    async resolveCommit() {
      // Fails now rather than after the next step, if the folder is not there.
      await resolveLocalFolder(path);
      return null;
    },
    async openFolder() {
      return { root: await resolveLocalFolder(path), leftOut: 0 };
    },
  };
}
