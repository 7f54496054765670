import { Command, CommanderError } from 'commander';
import type { z } from 'zod';

/** The process of a program, and its output for people. */
export interface ProgramContext {
  readonly process: NodeJS.Process;
  /** Prints a line for people, outside the log. */
  readonly say: (message: string) => void;
  /** Prints the line that other programs wait for. */
  readonly announce: (message: string) => void;
}

export interface ProgramUsage {
  /** The command line. */
  readonly name: string;
  readonly description: string;
  /** The most important environment variables. */
  readonly settings: Readonly<Record<string, z.ZodType>>;
}

const MORE = `
Every setting with its default: README.md, Configuration. How to run it: docs/operations.md.
Exit codes: 0 stopped by SIGINT or SIGTERM, 1 failed, 2 wrong usage or settings.`;

/**
 * Handles the arguments of a program that has none but `--help`.
 * @param args without the program itself.
 * @returns the code to exit with immediately; `undefined` when the program should run.
 */
export function readArguments(args: readonly string[], usage: ProgramUsage): 0 | 2 | undefined {
  const { name, description, settings } = usage;
  // Written in one piece, since a second write after `| head` has closed would fail.
  let help = '';
  const writeOut = (text: string): void => void (help += text);
  try {
    new Command(name)
      .description(description)
      .addHelpText('after', `\nSettings are environment variables, among them:\n${table(settings)}`)
      .addHelpText('after', MORE)
      .showHelpAfterError('Settings are environment variables; --help lists them.')
      .allowExcessArguments(false)
      .exitOverride()
      .configureOutput({ writeOut })
      .parse(args, { from: 'user' });
    return undefined;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (help !== '') process.stdout.write(help);
    return error.exitCode === 0 ? 0 : 2;
  }
}

function table(settings: ProgramUsage['settings']): string {
  const widest = Math.max(...Object.keys(settings).map(({ length }) => length));
  return Object.entries(settings)
    .map(([name, { description = '' }]) => `  ${name.padEnd(widest)}  ${description}`)
    .join('\n');
}
