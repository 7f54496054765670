import type { Issue, IssueAddress } from '../issue/issue.ts';

/**
 * The source of a target's code. The signal ends every wait; disposing releases what was opened.
 */
export interface ResolvedRepository extends AsyncDisposable {
  /**
   * Determines the user that GitHub authenticates. @returns the login, if any, and a sentence about
   * it.
   */
  authenticate(signal: AbortSignal): Promise<{ login: string | null; message: string }>;
  /** Determines the commit to use; `null` for a folder, which has none. */
  resolveCommit(signal: AbortSignal): Promise<string | null>;
  /** Makes that state available on this machine, until the target is disposed. */
  openFolder(commit: string | null, signal: AbortSignal): Promise<OpenedFolder>;
}

/** The source of an issue and of its code. */
export interface ResolvedTarget extends ResolvedRepository {
  /** The requested address on GitHub; `null` for an issue from elsewhere. */
  readonly address: IssueAddress | null;
  readIssue(signal: AbortSignal): Promise<Issue>;
  /** The target at the address where the issue was found: a moved issue belongs to other code. */
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
