import { createRuntapeClient, type RuntapeClient } from '@runtape/client';
import { isEventLogError } from '@runtape/event-log';
import { authorizedFetch } from './authorized-fetch.ts';
import { CliError, exitCode } from './exit-code.ts';

/** A client and what it talks to. */
export interface Connection extends AsyncDisposable {
  readonly client: RuntapeClient;
  /** How to call the program again so that it reaches the same server: ` --url …`, or nothing. */
  readonly again: string;
  /** True when the server lives in this process, and with it the workers. */
  readonly embedded: boolean;
}

export interface ConnectOptions {
  /** A running server; without it one is started in this process. */
  readonly url?: string | undefined;
  /** Whether the embedded server runs workflows, or only reads them. */
  readonly runWorkflows: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly onWarning: (message: string) => void;
}

/**
 * Connects to the server of `url`, or to one of its own.
 * The token in `RUNTAPE_TOKEN` goes with every request.
 * @throws CliError when `url` is no URL, or the token no token; EnvError; EventLogError when the store cannot be opened.
 */
export async function connectServer(options: ConnectOptions): Promise<Connection> {
  const { url, env } = options;
  return url === undefined ? await startEmbedded(options) : connectTo(url, env);
}

function connectTo(url: string, env: NodeJS.ProcessEnv): Connection {
  checkUrl(url);
  const client = createRuntapeClient({ url, fetch: authorizedFetch(env) });
  return {
    client,
    again: ` --url ${url}`,
    embedded: false,
    [Symbol.asyncDispose]: () => Promise.resolve(client.close()),
  };
}

/** @throws CliError (usage) when it is no URL of a server. */
export function checkUrl(url: string): void {
  if (URL.canParse(url) && /^https?:/.test(url)) return;
  throw new CliError(
    exitCode.usage,
    `"${url}" is no URL. Name the address that the server printed, e.g. http://127.0.0.1:4310.`,
  );
}

async function startEmbedded({
  env,
  runWorkflows,
  onWarning,
}: ConnectOptions): Promise<Connection> {
  // Loaded only here: a client of a running server, and --help, start several times faster without.
  const { readServerEnv } = await import('@runtape/server-app/env');
  const { startServer } = await import('@runtape/server-app/start-server');
  const read = readServerEnv(env, { onWarning });
  const fetch = authorizedFetch(env);
  const server = await startServer({
    env: { ...read, PORT: 0, WORKERS: runWorkflows ? Math.max(read.WORKERS, 1) : 0 },
    // A command that only looks removes nothing, least of all what it was asked to archive.
    sweep: runWorkflows,
    // What else goes wrong inside is told by what the workflow says, or by the answer; that it waits for its store is not.
    onError: (error) => {
      if (isEventLogError(error, 'unavailable')) onWarning(error.message);
    },
    onWarning,
  });
  const client = createRuntapeClient({ url: server.url, fetch });
  return {
    client,
    again: '',
    embedded: true,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server.stop({ graceMs: 0 });
    },
  };
}
