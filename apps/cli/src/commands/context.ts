import type { Terminal } from '../terminal.ts';

/** The context of every command. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly process: NodeJS.Process;
  /** The folder for relative paths: the one in which the user typed the command. */
  readonly cwd: string;
}

export interface UrlOption {
  readonly url?: string | undefined;
}

/** The options of every command that shows a workflow until its end. */
export interface FollowOptions extends UrlOption {
  readonly json?: boolean | undefined;
  /** Whether Ctrl-C cancels the workflow instead of detaching from it. */
  readonly cancelOnInterrupt?: boolean | undefined;
}
