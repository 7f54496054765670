import type { Terminal } from '../terminal.ts';

/** What every command gets from `main`. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly process: NodeJS.Process;
  /** Where relative paths start: the folder in which the person typed the command. */
  readonly cwd: string;
}

export interface UrlOption {
  readonly url?: string | undefined;
}

/** The options of every command that shows a workflow to its end. */
export interface FollowOptions extends UrlOption {
  readonly json?: boolean | undefined;
  /** Ctrl-C cancels the workflow instead of detaching from it. */
  readonly cancelOnInterrupt?: boolean | undefined;
}
