import { onAbort } from '@runtape/async';
import type { App, Operations } from '@runtape/contract';
import { procedures } from '@runtape/contract/procedures';
import type { StreamEntry } from '@runtape/events';
import { createReducer, type StateContract, type WorkflowReducer } from '@runtape/workflow-state';
import { type Calls, createCalls } from './transport/calls.ts';
import type { ConnectionOptions } from './follow/direct-stream.ts';
import type { FollowOptions, FollowThreadOptions } from './follow/follow-options.ts';
import { directStreams, type SharedStreams } from './follow/stream-source.ts';
import type { ThreadEntry } from './follow/thread-guard.ts';
import { DEFAULT_RETRY, type Retry } from './reconnect/reconnect-policy.ts';
import { browserTriggers, type ReconnectTriggers } from './reconnect/retry-timer.ts';
import { createRuns, type Runs } from './run/runs.ts';
import {
  defaultEventSource,
  type EventSourceClass,
  skipUnreadable,
} from './transport/event-source.ts';
import { serverUrl } from './transport/server-url.ts';
import { createTrpcClient, type TrpcClient } from './transport/trpc-client.ts';

const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;

export interface RuntapeClientOptions {
  /**
   * The base URL of the server, e.g. `http://127.0.0.1:4310`, or `https://example.com/runtape`
   * below a path. In a browser it may be relative to the page.
   */
  readonly url: string;
  /**
   * Used for calls, and for streams if the EventSource is that of the `eventsource` package.
   * Default: the global one.
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Default: the global one, or that of the `eventsource` package where there is none. */
  readonly EventSource?: EventSourceClass | undefined;
  /**
   * How `follow` reconnects. Default: 10 consecutive attempts, with a delay of up to 500 ms at
   * first and up to 10,000 ms later. After the fifth failure it also polls every 2,000 ms, until
   * streaming works again.
   */
  readonly retry?: Partial<Retry> | undefined;
  /**
   * The time limit for the first response on a stream, in ms; after that the attempt has failed.
   * Default: 15,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Shares one stream with all tabs of the browser: `createSharedStreams(…)` of
   * `@runtape/client-tabs`. `follow` and `followThread` then send the browser's cookies and no
   * other credentials. Default: a separate stream for each call.
   */
  readonly sharing?: SharedStreams | undefined;
  /**
   * The contracts of workflows whose own state this client folds, made with `defineContract`. An
   * app may pass its definitions, too. Without the contract of a workflow, the own state is known
   * only until an own event follows the server's snapshot. Default: none.
   */
  readonly workflows?: Iterable<StateContract> | undefined;
  /**
   * When to retry immediately. Default: when the tab becomes visible, and when the network
   * recovers.
   */
  readonly wakeUps?: ReconnectTriggers | undefined;
  /** Returns a number from 0 to 1 that spreads out reconnects. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Returns the current time, in ms. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** A client of any app: everything whose types do not follow from its workflows. */
export interface AnyRuntapeClient extends Calls {
  /**
   * The typed vanilla tRPC client, for everything else. Its subscriptions reconnect as tRPC does.
   */
  readonly trpc: TrpcClient;
  /**
   * A workflow's events, each once and in order, from the first to the terminal event. Reconnects
   * automatically. For a slow reader, neighbouring tokens are merged.
   * @throws RuntapeClientError: `refused` immediately, for instance `unknown_workflow`, or another
   *   kind when the attempts are used up; an AbortError when the signal aborts or the client is
   *   closed.
   */
  follow(workflowId: string, options?: FollowOptions): AsyncIterable<StreamEntry>;
  /**
   * The events of all workflows of a thread, including those that join later: each event once and
   * in order within its workflow. A thread has no end, and need not exist yet. Reconnects and polls
   * as `follow` does.
   * @throws the same errors as `follow`.
   */
  followThread(threadId: string, options?: FollowThreadOptions): AsyncIterable<ThreadEntry>;
  /**
   * Folds what `follow` yields into the state of a workflow, with the own state of `workflows`.
   */
  readonly reducer: WorkflowReducer;
  /**
   * For a Reconnect button, before following again. With `sharing`, reopens the stream of all tabs
   * immediately, even if it seems to work. Without it, this does nothing, because each `follow`
   * opens a new stream.
   */
  reconnect(): void;
  /** Ends every `follow` and `followThread`. */
  close(): Promise<void>;
}

/**
 * Starts, follows, pauses, resumes and cancels workflows on one server. Every call rejects with a
 * RuntapeClientError.
 * @typeParam Called the type of the server's app, `typeof runtape`: it types the names, inputs,
 *   events, results and states of its workflows. Default: unknown workflows.
 */
export interface RuntapeClient<Called extends App = App> extends AnyRuntapeClient, Runs<Called> {}

/**
 * Creates a client of one server.
 * @typeParam Called `typeof runtape` of the server, imported as a type; see `RuntapeClient`.
 * @throws TypeError when `url` is not a URL.
 */
export function createRuntapeClient<Called extends App = App>(
  options: RuntapeClientOptions,
): RuntapeClient<Called> {
  const { fetch, EventSource = defaultEventSource(), sharing } = options;
  const { random = Math.random, now = Date.now, wakeUps: triggers = browserTriggers } = options;
  const { connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  const url = serverUrl(options.url, '');
  const trpc = createTrpcClient({ url, fetch, EventSource });
  const connection = {
    url,
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    trpc: createTrpcClient({ url, fetch, EventSource: skipUnreadable(EventSource) }),
    retry: { ...DEFAULT_RETRY, ...options.retry },
    connectTimeoutMs,
    random,
    now,
    triggers,
  } satisfies ConnectionOptions;
  const source = sharing?.connect(connection) ?? directStreams(connection);
  const open = new Set<AbortController>();

  /** Runs a stream until the client is closed or the caller's signal aborts. */
  async function* untilClosed<Entry>(
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => AsyncGenerator<Entry, void>,
  ): AsyncGenerator<Entry, void> {
    const following = new AbortController();
    const stopListening = signal && onAbort(signal, () => following.abort(signal.reason));
    open.add(following);
    try {
      yield* start(following.signal);
    } finally {
      stopListening?.();
      open.delete(following);
    }
  }

  function follow(
    workflowId: string,
    { after, replay = 'events', types, ...rest }: FollowOptions = {},
  ): AsyncGenerator<StreamEntry, void> {
    const request = {
      workflowId,
      after: after ?? null,
      replay,
      types: types === undefined ? null : new Set(types),
      ...withDefaultCallbacks(rest),
    };
    return untilClosed(rest.signal, (signal) => source.workflow({ ...request, signal }));
  }

  function followThread(
    threadId: string,
    { after, ...rest }: FollowThreadOptions = {},
  ): AsyncGenerator<ThreadEntry, void> {
    const request = { threadId, after: after ?? null, ...withDefaultCallbacks(rest) };
    return untilClosed(rest.signal, (signal) => source.thread({ ...request, signal }));
  }

  const calls = createCalls<Operations>(trpc, procedures);
  const reducer = createReducer(options.workflows ?? []);

  return {
    ...calls,
    ...createRuns<Called>({ client: { ...calls, follow, reducer }, trpc }),
    reducer,
    trpc,
    follow,
    followThread,
    reconnect: () => source.reconnect(),
    close: async () => {
      for (const following of open) following.abort();
      open.clear();
      source.close();
    },
  };
}

function withDefaultCallbacks({
  onConnection = ignore,
  onProblem = ignore,
}: Pick<FollowOptions, 'onConnection' | 'onProblem'>) {
  return { onConnection, onProblem };
}

function ignore(): void {}
