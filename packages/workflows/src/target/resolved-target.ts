import type { Issue, IssueAddress } from '../issue/issue.ts';

/**
 * Where the code of a target comes from. Every wait ends with the signal. Disposing it lets go of
 * what was opened.
 */
export interface ResolvedRepository extends AsyncDisposable {
  /**
   * Finds out in whose name GitHub is asked. @returns the login, if there is one, and a sentence
   * about it.
   */
  authenticate(signal: AbortSignal): Promise<{ login: string | null; message: string }>;
  /** Settles which state of the code is looked at; `null` for a folder, which is what it is. */
  resolveCommit(signal: AbortSignal): Promise<string | null>;
  /** Makes that state available on this machine, until the subject is disposed. */
  openFolder(commit: string | null, signal: AbortSignal): Promise<OpenedFolder>;
}

/** What an issue's target stands for: where the issue and its code come from. */
export interface ResolvedTarget extends ResolvedRepository {
  /** Where on GitHub the issue is asked for; `null` for one that is not there. */
  readonly address: IssueAddress | null;
  readIssue(signal: AbortSignal): Promise<Issue>;
  /**
   * The subject at the place where its issue was found: an issue that was moved belongs to other
   * code.
   */
  atAddress(address: IssueAddress | null): ResolvedTarget;
}

interface OpenedFolder {
  /** Absolute, and never shown. */
  readonly root: string;
  /** Files that were not unpacked: links, and those above the limit. */
  readonly leftOut: number;
  /** Whether all files in it are tracked, so that `.gitignore` does not apply to them. */
  readonly onlyTracked: boolean;
}
