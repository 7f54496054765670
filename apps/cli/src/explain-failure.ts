import type { RuntapeClientError } from '@runtape/client';
import { CliError, type ExitCode, exitCode } from './exit-code.ts';

/**
 * Passes a command's outcome on. When its server could not be reached, the error says which server that was; when it wants to
 * know who asks, how to say so.
 */
export async function explainFailure(
  command: Promise<ExitCode>,
  url: string | undefined,
): Promise<ExitCode> {
  try {
    return await command;
  } catch (error) {
    // Whatever command failed has loaded it; help does without.
    const client = await import('@runtape/client');
    if (!(error instanceof client.RuntapeClientError)) throw error;
    if (error.code === 'unauthorized') throw notSignedIn(error);
    if (error.kind === 'network' && url !== undefined) throw unreachable(url, error);
    throw error;
  }
}

/** For a server that does not answer at all. */
function unreachable(url: string, cause: unknown): CliError {
  return new CliError(
    exitCode.unreachable,
    `There is no answer from ${url}. Check that the server runs there, or leave out --url to use one of your own.`,
    { cause },
  );
}

function notSignedIn(cause: RuntapeClientError): CliError {
  return new CliError(
    exitCode.usage,
    `${cause.message} Set RUNTAPE_TOKEN to your token; who knows the AUTH_SECRET of the server makes one with "runtape token <user>".`,
    { cause },
  );
}
