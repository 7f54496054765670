import type { Issue, IssueAddress } from '../issue/issue.ts';

/**
 * The source of a target's code. The signal ends every wait; disposing releases what was opened.
 */
export interface ResolvedRepository extends AsyncDisposable {
  /** Finds the user that GitHub sees. @returns the login, if any, and a sentence about it. */
  authenticate(signal: AbortSignal): Promise<{ login: string | null; message: string }>;
  /** Settles which state of the code is looked at; `null` for a folder, which is what it is. */
  resolveCommit(signal: AbortSignal): Promise<string | null>;
  /** Makes that state available on this machine, until the subject is disposed. */
  openFolder(commit: string | null, signal: AbortSignal): Promise<OpenedFolder>;
}

/** What an issue's target stands for: where the issue and its code come from. */
export interface ResolvedTarget extends ResolvedRepository {
  /** The requested address on GitHub; `null` for an issue from elsewhere. */
  readonly address: IssueAddress | null;
  readIssue(signal: AbortSignal): Promise<Issue>;
  /** The target where its issue was found: a moved issue belongs to other code. */
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
