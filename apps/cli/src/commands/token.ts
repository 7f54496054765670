import { type ExitCode, exitCode, usageError } from '../exit-code.ts';
import { say, write } from '../terminal.ts';
import type { CommandContext } from './context.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface TokenOptions {
  readonly days: number;
  readonly name?: string | undefined;
  readonly all?: boolean | undefined;
}

/**
 * Prints a token that signs a user in. It needs only the secret of the server, not a running one.
 * @throws CliError when there is no secret; EnvError when the settings are invalid.
 */
export async function token(
  { terminal, process }: CommandContext,
  user: string,
  { days, name, all = false }: TokenOptions,
): Promise<ExitCode> {
  // Loaded only here: the other commands, and --help, start faster without it.
  const { readWorkerEnv } = await import('@runtape/worker/env');
  const settings = readWorkerEnv(process.env);
  const { AUTH_SECRET: secret, AUTH_ISSUER: issuer, AUTH_AUDIENCE: audience } = settings;
  if (secret === undefined) {
    throw usageError('Set AUTH_SECRET to the secret of the server: it signs the token.');
  }
  const until = Date.now() + days * DAY_MS;
  const { signUserToken } = await import('@runtape/server');
  const claims = { userId: user, name, seesAll: all, until };
  const signed = await signUserToken(claims, { secret, issuer, audience });
  say(terminal, `Token for ${user}, valid until ${new Date(until).toISOString().slice(0, 10)}:`);
  await write(terminal, `${signed}\n`);
  return exitCode.completed;
}
