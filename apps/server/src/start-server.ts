import { githubWebHost } from '@runtape/github-workflows/contract';
import type { IncomingMessage } from 'node:http';
import { createAdaptorServer, type ServerType } from '@hono/node-server';
import { createApi } from '@runtape/server';
import { createWorkflowStarter } from '@runtape/engine';
import { FanOut } from '@runtape/fan-out';
import { listen } from '@runtape/node-http/listen';
import { openStore, type Store } from '@runtape/worker/open-store';
import type { RunningWorker, WorkerCallbacks } from '@runtape/worker/run-workflows';
import { sweepEnded } from '@runtape/worker/sweep-ended';
import { samples } from '@runtape/github-workflows/samples';
import {
  githubContracts,
  githubPlugin,
  type GithubPluginSettings,
} from '@runtape/github-workflows/server';
import manifest from '../package.json' with { type: 'json' };
import { stripBasePath } from './base-path.ts';
import { ClientAddresses } from './client-address.ts';
import type { ServerEnv } from './env.ts';
import { createMetrics } from './metrics.ts';
import { openAccounts } from './open-accounts.ts';
import { serveRequests } from './serve-requests.ts';

const SECOND_MS = 1000;
/** Likely a mistake, unless the proxy authenticates users. */
const OPEN_TO_ALL =
  'ALLOWED_HOSTS is set without accounts: everyone whom the proxy lets through may do everything. Set AUTH_SECRET or AUTH_JWKS_URL, or let the proxy authenticate users.';
/** Limits for slow requests, which would keep connections and half-read bodies. */
const serverOptions = {
  headersTimeout: 20 * SECOND_MS,
  requestTimeout: 60 * SECOND_MS,
  connectionsCheckingInterval: 5 * SECOND_MS,
};

export interface ServerOptions {
  readonly env: ServerEnv;
  /** Closed with the server. Default: the store that `env` names. */
  readonly store?: Store | undefined;
  /** The folder of the built page. Default: only the API is served. */
  readonly page?: string | undefined;
  /** Whether old workflows are archived and removed. Default: true. */
  readonly sweep?: boolean | undefined;
  /** The clock for sessions and links, in ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** For the log of this process. */
  readonly onError: (error: unknown) => void;
  /** The store is available again after an outage that `onError` reported. */
  readonly onStoreRecovered?: ((awayMs: number) => void) | undefined;
  readonly onWarning: (message: string) => void;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:4310`. */
  readonly url: string;
  readonly store: string;
  readonly usesDemoModel: boolean;
  /**
   * Ends streams so that clients reconnect, hands over workflows after `graceMs`, and closes
   * everything.
   */
  stop(options?: { graceMs?: number }): Promise<void>;
}

/**
 * Starts store, API, page and, unless `WORKERS` is 0, workers in this process.
 * @throws ListenError `port_taken`; EventLogError when the store cannot be opened.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { env, now, onError } = options;
  await using starting = new AsyncDisposableStack();
  const store = starting.use(options.store ?? (await openStore(env, options.onWarning)));
  const fanOut = starting.adopt(new FanOut({ log: store.log }), (made) => made.close());
  const metrics = createMetrics();
  const accounts = openAccounts(env, onError, now);
  if (accounts === null && env.ALLOWED_HOSTS.length > 0) options.onWarning(OPEN_TO_ALL);
  const addresses = new ClientAddresses({ behindProxy: env.ALLOWED_HOSTS.length > 0 });
  const api = createApi({
    ...apiSettings(env),
    version: manifest.version,
    log: store.log,
    fanOut,
    starter: createWorkflowStarter(store),
    accounts,
    now,
    addressOf: addresses.of,
    observer: metrics.streams,
    workflowObserver: metrics.workflows,
    onError: (error) => {
      metrics.failed();
      onError(error);
    },
  });
  const { page } = options;
  const beforeMetrics = () => void api.collectMetrics();
  const requests = { env, api: api.fetch, addresses, metrics, accounts, page, beforeMetrics };
  const server = createAdaptorServer({ fetch: serveRequests(requests).fetch, serverOptions });
  server.prependListener('request', (request: IncomingMessage) =>
    stripBasePath(request, env.BASE_PATH ?? ''),
  );
  starting.defer(() => closeServer(server));
  const url = await listen(server, env.PORT);
  const worker = await startWorker(env, store, options);
  const sweep = options.sweep === false ? undefined : sweepEnded(env, store.log, onError);
  const rest = starting.move();
  return {
    url,
    store: store.description,
    usesDemoModel: worker?.usesDemoModel ?? false,
    stop: async (stopOptions) => {
      api.drain();
      await Promise.all([sweep?.stop(), worker?.stop(stopOptions)]);
      await rest.disposeAsync();
    },
  };
}

function apiSettings(env: ServerEnv) {
  return {
    workflows: githubContracts,
    plugins: [githubPlugin(githubSettings(env))],
    allowedHosts: ['127.0.0.1', 'localhost', '[::1]', ...env.ALLOWED_HOSTS],
    allowedOrigins: env.ALLOWED_ORIGINS,
    heartbeatMs: env.HEARTBEAT_SECONDS * SECOND_MS,
    keptDays: env.RETENTION_DAYS,
    basePath: env.BASE_PATH,
    maxStreamsPerUser: env.MAX_STREAMS_PER_USER,
    streamAttemptsPerMinute: env.STREAM_ATTEMPTS_PER_MINUTE,
    startsPerMinute: env.STARTS_PER_MINUTE,
    maxUnendedPerUser: env.MAX_UNENDED_PER_USER,
  };
}

function githubSettings(env: ServerEnv): GithubPluginSettings {
  return {
    samples: () => samples,
    // Behind a proxy clients are on other machines, and must not read folders of this one.
    allowLocal: env.ALLOWED_HOSTS.length === 0,
    // Separate workers have tokens of their own, and report a missing one.
    canPost: env.WORKERS === 0 || Boolean(env.GITHUB_TOKEN),
    githubHost: githubWebHost(env.GITHUB_API_URL),
    permissions: {
      post: env.MAY_POST,
      readPrivate: env.MAY_READ_PRIVATE,
      chooseModel: env.MAY_CHOOSE_MODEL,
    },
  };
}

async function startWorker(
  env: ServerEnv,
  store: Store,
  callbacks: WorkerCallbacks,
): Promise<RunningWorker | undefined> {
  if (env.WORKERS === 0) return undefined;
  // Imported only now: the SDKs of models and GitHub are a third of all that is loaded.
  const { runWorkflows } = await import('@runtape/worker/run-workflows');
  return runWorkflows(env, store, callbacks);
}

/** Open streams do not end by themselves. */
async function closeServer(server: ServerType): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  if ('closeAllConnections' in server) server.closeAllConnections();
  await promise;
}
