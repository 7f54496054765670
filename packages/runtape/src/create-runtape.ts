import {
  type App,
  createRuntapeClient,
  type RuntapeClient,
  type StartedRun,
  type StartOptions as ClientStartOptions,
  type WorkflowInput,
} from '@runtape/client';
import type { WorkflowName, WorkflowsOf } from '@runtape/contract';
import {
  type ArchiveHook,
  createWorker,
  createWorkflowStarter,
  type Retention,
  startRetention,
  type TypesByName,
  type Worker,
  type WorkerOptions,
  type WorkflowContract,
  type WorkflowDefinition,
} from '@runtape/engine';
import { definitionsByName } from '@runtape/engine/start';
import { FanOut } from '@runtape/fan-out';
import { clientAddressOf } from '@runtape/node-http';
import {
  type Accounts,
  type Api,
  ApiError,
  type ApiOptions,
  createApi,
  EVERYBODY,
  type Plugin,
} from '@runtape/server';
import { EventSource } from 'eventsource';
import { accountsOf, type Authenticate, identityOf, type User } from './authenticate.ts';
import { readBasePath, withoutBasePath } from './base-path.ts';
import { checkNode } from './check-node.ts';
import { RuntapeError } from './errors.ts';
import { alreadyClosed, LazyStore, type OpenedStore } from './store/lazy-store.ts';
import { openerOf, type StoreOption } from './store/open-store.ts';

/** Requests of this process have no address; any URL does. */
const IN_PROCESS = 'http://in-process.invalid';
const DAY_MS = 86_400_000;

export interface RuntapeOptions<
  Workflows extends readonly WorkflowContract[] = readonly WorkflowContract[],
  Plugins extends readonly Plugin[] = readonly Plugin[],
> extends Pick<
  ApiOptions,
  | 'addressOf'
  | 'allowedHosts'
  | 'allowedOrigins'
  | 'heartbeatMs'
  | 'maxStreamsPerUser'
  | 'maxUnendedPerUser'
  | 'monotonicNow'
  | 'now'
  | 'observer'
  | 'plugins'
  | 'random'
  | 'startsPerMinute'
  | 'streamAttemptsPerMinute'
  | 'version'
  | 'workflowObserver'
> {
  /**
   * The workflows that clients can start: definitions, which `work` runs, or contracts, which
   * workers of other processes run.
   */
  readonly workflows: Workflows;
  /**
   * Where workflows are kept: a file such as `./runtape.db`; the URL of a Redis, `redis://…` or
   * `rediss://…`, or `redisStore` of `runtape/redis` for a cluster; or an event log of your own.
   */
  readonly store: StoreOption;
  /** Procedures, routes and rules of your own. Default: none. */
  readonly plugins?: Plugins | undefined;
  /** The path below which it is served, such as `/runtape`. Default: none. */
  readonly basePath?: string | undefined;
  /**
   * Finds the user of a request; `null` means nobody is signed in, and everybody sees only their
   * own workflows. Or accounts with sessions and links for sharing, such as `createJwtAccounts` of
   * `@runtape/server` makes. Default: everybody who reaches the server may do everything.
   */
  readonly authenticate?: Authenticate | Accounts | undefined;
  /** How long ended workflows are kept. Default: for ever. */
  readonly retention?: RetentionSettings | undefined;
  /**
   * Receives errors that nobody else sees, such as the cause of a failed workflow, for the log of
   * the process. Default: printed to the console; `() => {}` ignores them.
   */
  readonly onError?: ((error: unknown, about: ErrorContext) => void) | undefined;
  /** Receives what works, but may lose events. Default: printed to the console. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface RetentionSettings {
  /** How many days a workflow is kept after its end. */
  readonly days: number;
  /** Archives each workflow before it is removed. Default: no archive. */
  readonly archive?: ArchiveHook | undefined;
}

/** What an error is about. */
export interface ErrorContext {
  /** The path of the request or the name of the procedure. */
  readonly path?: string | undefined;
  readonly workflowId?: string | undefined;
}

export interface StartOptions extends ClientStartOptions {
  /** The user whose workflow it is. Default: nobody's; only those who see everything see it. */
  readonly userId?: string | undefined;
}

export interface WorkOptions extends Pick<
  WorkerOptions,
  'concurrency' | 'leaseMs' | 'maxEventBytes' | 'maxEvents' | 'retryBaseMs' | 'sweepMs'
> {
  /** Called when a store that was unavailable works again, with the duration in ms. */
  readonly onStoreRecovered?: ((awayMs: number) => void) | undefined;
}

/** The context of your own tRPC router, in which that of Runtape is mounted. */
export interface RouterContext {
  /** The user of the call; `null` when nobody is signed in. */
  readonly identity: User | null;
}

/** What `initTRPC` makes for a context with an identity. */
export interface TrpcRoot {
  readonly _config: { readonly $types: { readonly ctx: RouterContext } };
}

/** What clients learn from `typeof runtape`. */
type AppOf<Workflows extends readonly WorkflowContract[]> = App<TypesByName<Workflows>>;

/** How this process starts and follows workflows. */
interface InProcess<Called extends App> {
  /**
   * Starts a workflow from this process, which may do everything.
   * @throws ApiError `unknown_workflow_name`, `invalid_input`, `idempotency_conflict`,
   *   `unavailable`.
   */
  start<Name extends WorkflowName<Called>>(
    name: Name,
    input: WorkflowInput<Called, Name>,
    options?: StartOptions,
  ): Promise<StartedRun<WorkflowsOf<Called>[Name]>>;
  /** Returns a workflow that was started earlier, to follow it in this process. */
  readonly run: RuntapeClient<Called>['run'];
}

/**
 * Your workflows as a server: everything that starts, runs, keeps and streams them. Its type tells
 * clients the types of the workflows: `export type App = typeof runtape`.
 */
export interface Runtape<
  Workflows extends readonly WorkflowContract[] = readonly WorkflowContract[],
  Plugins extends readonly Plugin[] = readonly Plugin[],
>
  extends AppOf<Workflows>, InProcess<AppOf<Workflows>>, AsyncDisposable {
  /**
   * Answers a request below the base path, on any server: the API for clients at `api` and `trpc`.
   * Never rejects.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Runs workflows in this process. Several workers, here and in other processes, share the work.
   * @returns the worker. `close` stops it, too.
   * @throws what opening the store throws; RuntapeError `nothing_to_run`, `closed`.
   */
  work(options?: WorkOptions): Promise<Pick<Worker, 'stop'>>;
  /**
   * Makes a tRPC router of all procedures, to mount under a key of your own:
   * `t.router({ runtape: runtape.router(t), ...mine })`. The context of `t` says in `identity` who
   * calls. Errors and heartbeats are those of `t`.
   * @param t what `initTRPC.context<…>().create()` returns.
   * @throws RuntapeError `invalid_option` when it is something else. A call whose context has no
   *   `identity` fails with `identity_missing`.
   */
  router(t: TrpcRoot): Api<Plugins>['router'];
  /**
   * Waits until the store is open. Otherwise the first use opens it.
   * @throws EventLogError `unavailable`, `corrupt`, `unsupported_store`; RuntapeError `closed`.
   */
  ready(): Promise<void>;
  /** Ends all streams so that their clients reconnect elsewhere. Call it before a server stops. */
  drain(): void;
  /**
   * Ends everything in order: streams, workers, which hand over what still runs after `graceMs`
   * (default: 10,000), and the store. Idempotent.
   */
  close(options?: { readonly graceMs?: number }): Promise<void>;
}

/**
 * Assembles a server of workflows from an event log, workers and the API. Nothing runs before it is
 * used: the store opens at the first request, `start`, `work` or `ready`.
 * @throws EngineError `invalid_definition` when two workflows have the same name.
 * @throws RuntapeError `invalid_option`, `node_too_old`.
 */
export function createRuntape<
  const Workflows extends readonly WorkflowContract[],
  const Plugins extends readonly Plugin[] = readonly Plugin[],
>(options: RuntapeOptions<Workflows, Plugins>): Runtape<Workflows, Plugins>;
export function createRuntape(options: RuntapeOptions): Runtape {
  checkNode();
  return assemble(options);
}

function assemble(options: RuntapeOptions): Runtape {
  const { workflows, onError = printError, onWarning = printWarning, now, random } = options;
  definitionsByName(workflows);
  const basePath = readBasePath(options.basePath ?? '');
  let retention: Retention | undefined;
  const store = new LazyStore(openerOf(options.store), {
    onError: (error) => onError(error, {}),
    onWarning,
    onOpened: (opened) => {
      retention = keepFor(options.retention, opened, (error) => onError(error, {}));
    },
  });
  const { log } = store;
  const fanOut = new FanOut({ log, random });
  const inProcess = new WeakSet<Request>();
  /** The requests with the base path, by those without. */
  const originals = new WeakMap<Request, Request>();
  const originalOf = (request: Request): Request => originals.get(request) ?? request;
  const { addressOf = clientAddressOf } = options;
  const api = createApi({
    ...options,
    basePath,
    addressOf: (request) => addressOf(originalOf(request)) ?? 'unknown',
    log,
    fanOut,
    starter: createWorkflowStarter({ log, queue: store.queue, now, onError }),
    accounts: readAccounts(options.authenticate, { basePath, inProcess, originalOf, onError }),
    keptDays: options.retention?.days,
    onError,
  });
  const client = createRuntapeClient({
    url: IN_PROCESS,
    workflows,
    // A global EventSource could not call a function.
    EventSource,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      inProcess.add(request);
      return await api.fetch(request);
    },
  });
  const workers = new Set<Worker>();
  let closed: Promise<void> | undefined;

  async function work({ onStoreRecovered, ...settings }: WorkOptions = {}) {
    const definitions = workflows.filter(isDefinition);
    if (definitions.length === 0) {
      throw new RuntapeError(
        'nothing_to_run',
        'None of the workflows has code to run. Give createRuntape what defineWorkflow returns, or start no worker here.',
      );
    }
    const { loopGuard, ...opened } = await store.open();
    // `close` no longer stops a worker that starts after it.
    if (closed !== undefined) throw alreadyClosed();
    const worker = createWorker({
      ...settings,
      log: opened.log,
      queue: opened.queue,
      loopGuard,
      definitions,
      now,
      random,
      onError,
      onStoreRecovered,
    });
    workers.add(worker);
    await worker.start();
    return {
      stop: async (stopOptions?: { graceMs?: number }) => {
        await worker.stop(stopOptions);
        workers.delete(worker);
      },
    };
  }

  async function closeAll(closing: { readonly graceMs?: number } = {}): Promise<void> {
    api.drain();
    // Once it is open, it has a retention to stop.
    await store.settle();
    await Promise.all(Array.from(workers, (worker) => worker.stop(closing)));
    await retention?.stop();
    await client.close();
    await fanOut.close();
    await store.close();
  }

  const close: Runtape['close'] = async (closing) => {
    closed ??= closeAll(closing);
    await closed;
  };
  return {
    fetch: async (request) => {
      const inner = withoutBasePath(request, basePath);
      if (inner !== request) originals.set(inner, request);
      return await api.fetch(inner);
    },
    start: async (workflow, input, { userId, ...start } = {}) => {
      const { workflowId, created } = await startFor(api, userId, { ...start, workflow, input });
      return { ...client.run(workflow, workflowId), created };
    },
    run: (name: string, workflowId = name) => client.run(name, workflowId),
    work,
    router: (t) => mount(api, t, onError),
    ready: async () => void (await store.open()),
    drain: () => api.drain(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

type OnError = NonNullable<RuntapeOptions['onError']>;

function printError(error: unknown, { path, workflowId }: ErrorContext): void {
  const about = [workflowId, path].filter((part) => part !== undefined).join(' ');
  // oxlint-disable-next-line no-console -- the default of an option
  console.error(about === '' ? 'Runtape:' : `Runtape, ${about}:`, error);
}

function printWarning(message: string): void {
  // oxlint-disable-next-line no-console -- the default of an option
  console.warn(`Runtape: ${message}`);
}

function isDefinition(workflow: WorkflowContract): workflow is WorkflowDefinition {
  return 'run' in workflow;
}

/** The accounts of the options; requests of this process may do everything. */
function readAccounts(
  authenticate: RuntapeOptions['authenticate'],
  {
    basePath,
    inProcess,
    originalOf,
    onError,
  }: {
    readonly basePath: string;
    readonly inProcess: WeakSet<Request>;
    readonly originalOf: (request: Request) => Request;
    readonly onError: OnError;
  },
): Accounts | null {
  if (authenticate === undefined) return null;
  const accounts =
    typeof authenticate === 'function'
      ? accountsOf(authenticate, { basePath, onError: (error) => onError(error, {}) })
      : authenticate;
  return {
    ...accounts,
    identify: async (request) =>
      inProcess.has(request) ? EVERYBODY : await accounts.identify(originalOf(request)),
  };
}

function mount(api: Api, t: TrpcRoot, onError: OnError): Api['router'] {
  if (!('_config' in t)) {
    throw new RuntapeError(
      'invalid_option',
      'runtape.router(t) takes what initTRPC.context<…>().create() returns.',
    );
  }
  return api.mount((ctx) => {
    try {
      return identityOf(readIdentity(ctx));
    } catch (error) {
      onError(error, {});
      throw error;
    }
  });
}

/** @throws RuntapeError `identity_missing`: a context without one may do nothing. */
function readIdentity(ctx: object): User | null {
  const { identity }: Partial<RouterContext> = ctx;
  if (identity !== undefined) return identity;
  throw new RuntapeError(
    'identity_missing',
    'The context of your tRPC router has no `identity`. Return { identity: { userId } } from createContext, or { identity: null } when nobody is signed in.',
  );
}

function keepFor(
  settings: RetentionSettings | undefined,
  { log }: OpenedStore,
  onError: (error: unknown) => void,
): Retention | undefined {
  if (settings === undefined) return undefined;
  const { days, archive } = settings;
  return startRetention({ log, retentionMs: days * DAY_MS, archive, onError });
}

async function startFor(
  { router, context }: Api,
  userId: string | undefined,
  request: Parameters<ReturnType<Api['router']['createCaller']>['start']>[0],
) {
  const identity = userId === undefined ? EVERYBODY : identityOf({ userId });
  try {
    return await router.createCaller({ ...context, identity }).start(request);
  } catch (error) {
    throw error instanceof Error && error.cause instanceof ApiError ? error.cause : error;
  }
}
