import { createGithubClient, type GithubClient } from '@runtape/github-workflows/client';
import { isEventLogError } from '@runtape/event-log';
import { authorizedFetch } from './authorized-fetch.ts';
import type { CommandContext } from './commands/context.ts';
import { usageError } from './exit-code.ts';
import { warn } from './terminal.ts';

/** A client, and the server it is connected to. */
export interface Connection extends AsyncDisposable {
  readonly client: GithubClient;
  /**
   * The argument that makes another command reach the same server: ` --url …`, or an empty string.
   */
  readonly urlArgument: string;
  /** Whether the server and its workers run in this process. */
  readonly embedded: boolean;
}

interface ConnectOptions {
  /** The URL of a running server. Default: a server is started in this process. */
  readonly url: string | undefined;
  /** Whether an embedded server runs workflows or only reads them. */
  readonly runWorkflows: boolean;
}

/**
 * Connects to the server at `url`, or starts one in this process. Requests carry `RUNTAPE_TOKEN`.
 * @throws CliError (usage) when the URL or the token is malformed; EnvError; EventLogError when the
 *   store cannot be opened.
 */
export async function connectServer(
  context: CommandContext,
  { url, runWorkflows }: ConnectOptions,
): Promise<Connection> {
  if (url === undefined) return await startEmbedded(context, runWorkflows);
  return connectTo(url, context.process.env);
}

function connectTo(url: string, env: NodeJS.ProcessEnv): Connection {
  checkUrl(url);
  const client = createGithubClient({ url, fetch: authorizedFetch(env) });
  return {
    client,
    urlArgument: ` --url ${url}`,
    embedded: false,
    [Symbol.asyncDispose]: () => Promise.resolve(client.close()),
  };
}

/** @throws CliError (usage) when it cannot be the URL of a server. */
export function checkUrl(url: string): void {
  if (URL.canParse(url) && /^https?:/.test(url)) return;
  throw usageError(
    `"${url}" is not a URL. Use the address that the server printed, such as http://127.0.0.1:4310.`,
  );
}

async function startEmbedded(
  { terminal, process: { env } }: CommandContext,
  runWorkflows: boolean,
): Promise<Connection> {
  const onWarning = (message: string): void => warn(terminal, message);
  // Loaded only here: --help, and clients of a running server, start several times faster without
  // it.
  const { readServerEnv } = await import('@runtape/server-app/env');
  const { startServer } = await import('@runtape/server-app/start-server');
  const read = readServerEnv(env, { onWarning });
  const fetch = authorizedFetch(env);
  const server = await startServer({
    env: { ...read, PORT: 0, WORKERS: runWorkflows ? Math.max(read.WORKERS, 1) : 0 },
    // A command that only reads must not remove the workflows that it is supposed to archive.
    sweep: runWorkflows,
    // Other errors reach the user through the workflow's events or the response.
    onError: (error) => {
      if (isEventLogError(error, 'unavailable')) onWarning(error.message);
    },
    onWarning,
  });
  const client = createGithubClient({ url: server.url, fetch });
  return {
    client,
    urlArgument: '',
    embedded: true,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.stop({ graceMs: 0 });
    },
  };
}
