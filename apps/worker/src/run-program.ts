import { Command, CommanderError } from 'commander';
import type { z } from 'zod';
import { EnvError } from './env.ts';
import { terminalText } from './terminal-text.ts';

/** The process of a program, and its output for people. */
export interface ProgramContext {
  readonly process: NodeJS.Process;
  /** Prints a line for people, outside the log. */
  readonly print: (message: string) => void;
  /** Prints the line that other programs wait for. */
  readonly printReady: (message: string) => void;
}

interface ProgramUsage {
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
 * Runs a program without arguments except `--help`. Returns once it is ready, or has nothing to do.
 * @param start imports the program itself, which `--help` does not need.
 */
export async function runProgram(
  usage: ProgramUsage,
  start: (context: ProgramContext) => Promise<void>,
): Promise<void> {
  const exitCode = readArguments(process.argv.slice(2), usage);
  if (exitCode !== undefined) {
    process.exitCode = exitCode;
    return;
  }
  try {
    await start({ process, print, printReady: console.log });
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    process.exitCode = error instanceof EnvError ? 2 : 1;
  }
}

/** Foreign text, such as errors of a store, must not control the terminal. */
function print(message: string): void {
  console.error(terminalText(message));
}

/**
 * Handles the arguments of a program that has none but `--help`.
 * @returns the code to exit with immediately; `undefined` when the program should run.
 */
function readArguments(args: readonly string[], usage: ProgramUsage): 0 | 2 | undefined {
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
