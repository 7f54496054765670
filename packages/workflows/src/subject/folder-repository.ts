import { resolveLocalFolder } from '../repository/local-folder.ts';
import type { RepositorySubject } from './subject.ts';

/** The code in a folder on this machine, as it is. */
export function folderRepository(path: string): RepositorySubject {
  return {
    async authenticate() {
      return { login: null, message: 'Working on a folder of this machine; GitHub is not needed.' };
    },
    async resolveCommit() {
      // Fails now rather than after the next step, if the folder is not there.
      await resolveLocalFolder(path);
      return null;
    },
    async openFolder() {
      return { root: await resolveLocalFolder(path), leftOut: 0, onlyTracked: false };
    },
    async [Symbol.asyncDispose]() {
      // The folder is somebody else's.
    },
  };
}
