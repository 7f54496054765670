import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Invalid usage; the message describes the correct one. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** `parseArgs` of Node. @throws UsageError for an unknown or incomplete option. */
export function parseUsage<Config extends ParseArgsConfig>(config: Config) {
  try {
    return parseArgs(config);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The rest of Node's message explains arguments that begin with a dash.
    const [sentence = ''] = message.split('. ', 1);
    throw new UsageError(sentence.endsWith('.') ? sentence : `${sentence}.`);
  }
}

/** Runs a command-line tool. Wrong usage ends it with exit code 2 and a hint. */
export async function runTool(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message} --help says more.`);
    process.exitCode = 2;
  }
}
