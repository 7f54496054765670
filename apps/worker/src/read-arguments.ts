import { Command, CommanderError } from 'commander';
import type { z } from 'zod';

/** What a program has to do with. */
export interface Surroundings {
  readonly process: NodeJS.Process;
  /** For a person, beside the log of the process. */
  readonly say: (message: string) => void;
  /** That it is ready; the one line that programs may wait for. */
  readonly announce: (message: string) => void;
}

/** How a program describes itself. */
export interface ProgramUsage {
  /** How a person calls it. */
  readonly name: string;
  readonly description: string;
  /** The environment variables that most people want to know. */
  readonly settings: Readonly<Record<string, z.ZodType>>;
}

const MORE = `
Every setting with its default: README.md, Configuration. How to run it: docs/operations.md.
Exit codes: 0 stopped by SIGINT or SIGTERM, 1 failed, 2 wrong usage or settings.`;

/**
 * Reads the arguments of a program that takes none but `--help`, and prints what they ask for, or that they are wrong.
 * @param args without the program itself.
 * @returns with which code the program is to end at once; `undefined` when it is to run.
 */
export function readArguments(args: readonly string[], usage: ProgramUsage): 0 | 2 | undefined {
  const { name, description, settings } = usage;
  // In one piece: a reader that has enough (`| head`) would make a failure of the next one.
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
