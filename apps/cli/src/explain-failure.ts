import { CliError, type ExitCode, exitCode, usageError } from './exit-code.ts';

/**
 * Returns a command's exit code. An error is extended with the server that was unreachable, or with
 * how to sign in.
 */
export async function explainFailure(
  command: Promise<ExitCode>,
  url: string | undefined,
): Promise<ExitCode> {
  try {
    return await command;
  } catch (error) {
    // Imported only here, because --help does not need it.
    const client = await import('@runtape/client');
    if (!(error instanceof client.RuntapeClientError)) throw error;
    if (error.code === 'unauthorized') {
      throw usageError(
        `${error.message} Set RUNTAPE_TOKEN to your token. The operator of the server creates one with "runtape token <user>".`,
        error,
      );
    }
    if (error.kind !== 'network' || url === undefined) throw error;
    throw new CliError(
      exitCode.unreachable,
      `No response from ${url}. Check that the server is running, or leave out --url to start one here.`,
      { cause: error },
    );
  }
}
