import type { RouterOf } from '@runtape/contract';
import { createReducer } from '@runtape/workflow-state';
import type { Accounts } from './accounts/accounts.ts';
import { EVERYBODY, type Identity } from './accounts/identity.ts';
import { AnswerBudget } from './limits/answer-budget.ts';
import type { ApiContext, ApiParts } from './http/request-context.ts';
import { toApiError } from './errors/api-error.ts';
import { createApp } from './create-app.ts';
import { Broadcaster } from './broadcast/broadcaster.ts';
import { createRouter } from './trpc/router.ts';
import { SnapshotCache } from './read/snapshots/snapshot-cache.ts';
import { makeFormatEncoders } from './http/formats/formats.ts';
import { mergePlugins } from './plugins/merge-plugins.ts';
import type { ApiOperations, Plugin } from './plugins/plugin.ts';
import { type StartableWorkflow, StartableWorkflows } from './start/startable-workflows.ts';
import { StartLimits } from './limits/start-limits.ts';
import { StreamLimiter } from './limits/stream-limiter.ts';
import { Metrics, type StreamObserver } from './metrics/metrics.ts';
import type { WorkflowObserver } from './metrics/workflow-metrics.ts';
import { TapeCache } from './read/snapshots/tape-cache.ts';

const DEFAULT_HEARTBEAT_MS = 15_000;
const MAX_STREAMS_PER_USER = 1000;
const STREAM_ATTEMPTS_PER_MINUTE = 6000;
const STARTS_PER_MINUTE = 600;
const MAX_UNENDED_PER_USER = 500;

export interface ApiOptions<Plugins extends readonly Plugin[] = readonly Plugin[]> extends Pick<
  ApiParts,
  'log' | 'fanOut' | 'starter'
> {
  /** The definitions that clients can start. Default: none. */
  readonly workflows?: readonly StartableWorkflow[] | undefined;
  /** What an application adds to the API. Default: nothing. */
  readonly plugins?: Plugins | undefined;
  /** The accounts of the server. Default: none; everyone who reaches it may use it. */
  readonly accounts?: Accounts | null | undefined;
  /** Returns the client address of a request. Default: the same for all requests. */
  readonly addressOf?: ((request: Request) => string) | undefined;
  /** How many streams one user, or one address, may have open at once. Default: 1,000. */
  readonly maxStreamsPerUser?: number | undefined;
  /** How many streams one user, or one address, may open a minute. Default: 6,000. */
  readonly streamAttemptsPerMinute?: number | undefined;
  /** How many workflows one user, or one address, may start a minute. Default: 600. */
  readonly startsPerMinute?: number | undefined;
  /** How many workflows that have not ended one user, or one address, may have. Default: 500. */
  readonly maxUnendedPerUser?: number | undefined;
  /** Receives stream events, for monitoring. */
  readonly observer?: StreamObserver | undefined;
  /** Receives workflow events, for monitoring. */
  readonly workflowObserver?: WorkflowObserver | undefined;
  /** In ms since 1970. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** In ms, for limits; never set back. Default: `performance.now`. */
  readonly monotonicNow?: (() => number) | undefined;
  /** How long a stream may be idle before a heartbeat is sent, in ms. Default: 15,000. */
  readonly heartbeatMs?: number | undefined;
  /**
   * The host names, without a port, for which the server accepts requests. Default: any name. Set
   * it when the server listens on loopback, to keep out pages of other sites.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /**
   * Origins of other sites whose pages may send requests, such as `https://app.example.com`.
   * Cookies do not count for them; with accounts they send a token. Default: none.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** How many days workflows are kept after their end, shown on the page. Default: not shown. */
  readonly keptDays?: number | undefined;
  /**
   * The path below which a proxy serves the server, such as `/runtape`; the proxy removes it from
   * requests. Default: none.
   */
  readonly basePath?: string | undefined;
  /**
   * Whether subscriptions over tRPC are sent from bytes that all their readers share. With false,
   * tRPC encodes them for each reader. Default: true.
   */
  readonly sharesTrpcStreams?: boolean | undefined;
  /** The version that `/api/health` reports. Default: empty. */
  readonly version?: string | undefined;
  /** Returns numbers from 0 to 1, for spreading reconnects. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /**
   * Called with errors that are not the client's fault, including details hidden from the client.
   */
  readonly onError?: ((error: unknown, context: { path: string }) => void) | undefined;
}

export interface Api<Plugins extends readonly Plugin[] = readonly Plugin[]> {
  /** Handles `/trpc/*` and `/api/*`, and responds with 404 to anything else. */
  readonly fetch: (request: Request) => Promise<Response>;
  readonly router: RouterOf<ApiOperations<Plugins>, ApiContext>;
  /**
   * Makes another router of the same procedures, to mount under a key of another tRPC router.
   * @param identify returns the user of a call. Its parameter is the context of the other router.
   */
  mount(identify: (ctx: object) => Identity): RouterOf<ApiOperations<Plugins>, ApiContext>;
  /** The context for calling procedures from this process, which may do everything. */
  readonly context: ApiContext;
  /**
   * Checks the log for ended workflows that no reader follows, for the workflow observer and the
   * statistics. Never rejects.
   */
  collectMetrics(): Promise<void>;
  /**
   * Ends all current and future streams so that their clients reconnect. Call it before the server
   * stops.
   */
  drain(): void;
}

/**
 * Makes the API of a log, its fan-out and the engine's starter. The caller closes them.
 * @throws EngineError `invalid_definition` when two workflows have the same name, or a plugin has a
 *   name that is taken.
 */
export function createApi<const Plugins extends readonly Plugin[] = readonly Plugin[]>(
  options: ApiOptions<Plugins>,
): Api<Plugins>;
export function createApi(options: ApiOptions): Api {
  const plugins = mergePlugins(options.plugins ?? []);
  const { log, fanOut, starter, onError } = options;
  const { heartbeatMs = DEFAULT_HEARTBEAT_MS, allowedHosts, version = '' } = options;
  const { accounts = null, now = Date.now, monotonicNow } = options;
  const draining = new AbortController();
  const metrics = new Metrics({
    streamObserver: options.observer,
    workflowObserver: options.workflowObserver,
    now,
  });
  const report: ApiParts['report'] = (error, path) => {
    if (isServerFault(error)) onError?.(causeOf(error), { path });
  };
  const workflows = options.workflows ?? [];
  const { reduce } = createReducer(workflows, {
    onError: (error) => report(error, 'snapshots'),
  });
  const snapshots = new SnapshotCache({ log, reduce });
  const streams = new StreamLimiter({
    observer: metrics,
    maxPerUser: options.maxStreamsPerUser ?? MAX_STREAMS_PER_USER,
    attemptsPerMinute: options.streamAttemptsPerMinute ?? STREAM_ATTEMPTS_PER_MINUTE,
    now,
    monotonicNow,
  });
  const broadcaster = new Broadcaster({
    source: { log, fanOut, snapshots, observer: metrics },
    heartbeatMs,
    draining: draining.signal,
  });
  const parts: ApiParts = {
    report,
    log,
    fanOut,
    snapshots,
    tapes: new TapeCache({ log }),
    starter,
    draining: draining.signal,
    accounts,
    metrics,
    observer: metrics,
    now,
    random: options.random ?? Math.random,
    streams,
    broadcaster,
    startable: new StartableWorkflows(workflows, plugins.starts),
    starts: new StartLimits({
      log,
      perMinute: options.startsPerMinute ?? STARTS_PER_MINUTE,
      maxUnended: options.maxUnendedPerUser ?? MAX_UNENDED_PER_USER,
      monotonicNow,
    }),
  };
  const router = createRouter({ heartbeatMs }, plugins.procedures);
  const app = createApp({
    parts,
    plugins,
    keptDays: options.keptDays,
    addressOf: options.addressOf ?? (() => 'unknown'),
    router,
    sharesStreams: options.sharesTrpcStreams ?? true,
    version,
    basePath: options.basePath ?? '',
    allowedHosts: allowedHosts === undefined ? null : namesOf(allowedHosts),
    allowedOrigins: new Set(options.allowedOrigins),
    encoders: makeFormatEncoders(plugins.formats, plugins.textFields),
  });
  const context: ApiContext = {
    ...parts,
    identity: EVERYBODY,
    address: 'this process',
    answer: new AnswerBudget(Number.POSITIVE_INFINITY),
  };
  return {
    fetch: async (request) => await app.fetch(request),
    router,
    mount: (identify) =>
      createRouter(
        {
          heartbeatMs,
          complete: (ctx) => ({ ...context, identity: identify(ctx), answer: new AnswerBudget() }),
        },
        plugins.procedures,
      ),
    context,
    collectMetrics: () => metrics.workflows.collect(log),
    drain: () => draining.abort(),
  };
}

function namesOf(allowedHosts: readonly string[]): ReadonlySet<string> {
  return new Set(allowedHosts.map((name) => name.toLowerCase()));
}

/** Whether the server is at fault: not the client, and not a client that disconnected. */
function isServerFault(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof Error && cause.name === 'AbortError') return false;
  const { code } = toApiError(error);
  return code === 'internal' || code === 'unavailable';
}

/** Returns the original error behind an error that was made for the client. */
function causeOf(error: unknown): unknown {
  let found = error;
  while (found instanceof Error && isWrapper(found) && found.cause !== undefined) {
    found = found.cause;
  }
  return found;
}

function isWrapper({ name }: Error): boolean {
  return name === 'TRPCError' || name === 'ApiError';
}
