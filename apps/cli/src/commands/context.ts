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
