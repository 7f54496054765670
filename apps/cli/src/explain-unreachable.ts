import { RuntapeClientError } from '@runtape/client';
import { CliError, type ExitCode, exitCode } from './exit-code.ts';

/**
 * Passes a command's outcome on; when its server could not be reached, the error says which server that was.
 */
export async function explainUnreachable(
  command: Promise<ExitCode>,
  url: string | undefined,
): Promise<ExitCode> {
  try {
    return await command;
  } catch (error) {
    if (!(error instanceof RuntapeClientError) || error.kind !== 'network' || url === undefined) {
      throw error;
    }
    throw new CliError(
      exitCode.unreachable,
      `There is no answer from ${url}. Check that the server runs there, or leave out --url to use one of your own.`,
      { cause: error },
    );
  }
}
