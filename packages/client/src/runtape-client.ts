import { onAbort } from '@runtape/async';
import type { AppRouter } from '@runtape/server';
import type {
  EventId,
  Replay,
  StartComment,
  StartQuestion,
  StartReview,
  StreamEntry,
} from '@runtape/events';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { RuntapeClientError } from './transport/errors.ts';
import type { StreamProblem } from './follow/cursor-guard.ts';
import type { ConnectionOptions } from './follow/own-stream.ts';
import { ownStreams, type SharedStreams } from './follow/stream-source.ts';
import type { ThreadEntry } from './follow/thread-guard.ts';
import type { ConnectionState } from './reconnect/connection-state.ts';
import { DEFAULT_RETRY, type Retry } from './reconnect/reconnect-policy.ts';
import { browserTriggers, type ReconnectTriggers } from './reconnect/retry-timer.ts';
import { defaultEventSource, type EventSourceClass, readable } from './transport/event-source.ts';
import { serverUrl } from './transport/server-url.ts';
import { createTrpcClient, type TrpcClient } from './transport/trpc-client.ts';

const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

export interface RuntapeClientOptions {
  /**
   * Where the server is reached, e.g. `http://127.0.0.1:4310`, or `https://example.com/runtape`
   * below a path. In a browser it may be relative to the page.
   */
  readonly url: string;
  /**
   * For calls, and for streams where the EventSource is that of the `eventsource` package. Default:
   * the global one.
   */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Default: the global one, or that of the `eventsource` package where there is none. */
  readonly EventSource?: EventSourceClass | undefined;
  /**
   * How `follow` reconnects. Default: 10 attempts in a row, waiting up to 500 ms at first and up to
   * 10,000 ms later; from the fifth on it polls every 2,000 ms as well, until streaming works
   * again.
   */
  readonly retry?: Partial<Retry> | undefined;
  /**
   * How long a stream waits for the server's first word before it counts as a failed attempt, in
   * ms. Default: 15,000.
   */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Shares one stream with all tabs of the browser: `createSharedStreams(…)` of
   * `@runtape/client-tabs`. Then `follow` and `followThread` send the browser's cookies and no
   * other credentials. Default: a stream for each call of either.
   */
  readonly sharing?: SharedStreams | undefined;
  /**
   * When to try again at once. Default: when the tab becomes visible, and when the network returns.
   */
  readonly wakeUps?: ReconnectTriggers | undefined;
  /** From 0 to 1, spreads out reconnects. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** In ms. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export interface FollowOptions {
  /** Only what comes after this event. Default: everything. */
  readonly after?: EventId | undefined;
  /**
   * How history comes to a reader without a cursor: as its `events`, or as one `workflow:state`
   * with the state they lead to, however many they are. Default: `events`.
   */
  readonly replay?: Replay | undefined;
  /**
   * Only events of these types, as they are emitted, e.g. `['status', 'log:created']`. The terminal
   * event, `reset` and `workflow:state` always come. A filtered reader cannot tell from the numbers
   * that events are missing. Default: all.
   */
  readonly types?: Iterable<string> | undefined;
  /** Ends following: the iteration rejects with an AbortError. The workflow goes on. */
  readonly signal?: AbortSignal | undefined;
  readonly onConnection?: ((state: ConnectionState) => void) | undefined;
  /** Called for events that could not be read, and for gaps. The stream goes on. */
  readonly onProblem?: ((problem: StreamProblem) => void) | undefined;
}

export interface FollowThreadOptions extends Pick<
  FollowOptions,
  'signal' | 'onConnection' | 'onProblem'
> {
  /** Only what comes after the entry with this `cursor`. Default: everything. */
  readonly after?: string | undefined;
}

/**
 * Starts, follows, pauses, resumes and cancels workflows on one server. Every call rejects with a
 * RuntapeClientError.
 */
export interface RuntapeClient {
  /** The typed vanilla tRPC client, for all else. Its subscriptions reconnect as tRPC does. */
  readonly trpc: TrpcClient;
  startComment(input: StartComment): Promise<Outputs['startComment']>;
  startReview(input: StartReview): Promise<Outputs['startReview']>;
  /** Asks about a repository. */
  startQuestion(input: StartQuestion): Promise<Outputs['startQuestion']>;
  /**
   * Starts a workflow that posts a comment, as a person has edited it, on the GitHub issue it was
   * drafted for.
   * @param workflowId the workflow that drafted it.
   */
  postComment(
    workflowId: string,
    comment: Omit<Inputs['postComment'], 'workflowId'>,
  ): Promise<Outputs['postComment']>;
  /** Harmless when repeated, and after the end. */
  cancelWorkflow(
    workflowId: string,
    options?: { readonly reason?: string },
  ): Promise<Outputs['cancelWorkflow']>;
  /**
   * Harmless when repeated, and after the end. No worker runs a paused workflow until it is
   * resumed.
   */
  pauseWorkflow(workflowId: string): Promise<Outputs['pauseWorkflow']>;
  /**
   * Lets a paused workflow continue after its last completed step. Harmless when it is not paused.
   */
  resumeWorkflow(workflowId: string): Promise<Outputs['resumeWorkflow']>;
  getWorkflow(workflowId: string): Promise<Outputs['workflow']['get']>;
  /** Newest first. */
  listWorkflows(query?: Inputs['workflow']['list']): Promise<Outputs['workflow']['list']>;
  samples(): Promise<Outputs['samples']>;
  /**
   * A workflow's events, each once and in order, from the first to the terminal event. Reconnects
   * by itself. A slow reader gets neighbouring tokens merged into one.
   * @throws RuntapeClientError `refused` at once, for instance `unknown_workflow`; of another kind
   *   when the attempts are used up; an AbortError when the signal aborts or the client is closed.
   */
  follow(workflowId: string, options?: FollowOptions): AsyncIterable<StreamEntry>;
  /**
   * The events of all workflows of a thread, including those that join it later: each event of each
   * workflow once and in order. A thread has no end, and need not have begun. Reconnects and polls
   * as `follow` does.
   * @throws as `follow`.
   */
  followThread(threadId: string, options?: FollowThreadOptions): AsyncIterable<ThreadEntry>;
  /**
   * For a Reconnect button, before following again: with `sharing`, opens the stream of all tabs
   * anew at once, even if it seems to work. Without, each `follow` opens a stream of its own, and
   * there is nothing to do.
   */
  reconnect(): void;
  /** Ends every `follow` and `followThread`. */
  close(): Promise<void>;
}

/** @throws TypeError when `url` is no URL. */
export function createRuntapeClient(options: RuntapeClientOptions): RuntapeClient {
  const { fetch, EventSource = defaultEventSource(), sharing } = options;
  const { random = Math.random, now = Date.now, wakeUps: triggers = browserTriggers } = options;
  const { connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  const url = serverUrl(options.url, '');
  const trpc = createTrpcClient({ url, fetch, EventSource });
  const connection = {
    url,
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    trpc: createTrpcClient({ url, fetch, EventSource: readable(EventSource) }),
    retry: { ...DEFAULT_RETRY, ...options.retry },
    connectTimeoutMs,
    random,
    now,
    triggers,
  } satisfies ConnectionOptions;
  const source = sharing?.connect(connection) ?? ownStreams(connection);
  const open = new Set<AbortController>();

  /** Ends with the client, as well as with the caller's signal. */
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

  return {
    trpc,
    startComment: (input) => toClientError(trpc.startComment.mutate(input)),
    startReview: (input) => toClientError(trpc.startReview.mutate(input)),
    startQuestion: (input) => toClientError(trpc.startQuestion.mutate(input)),
    postComment: (workflowId, comment) =>
      toClientError(trpc.postComment.mutate({ ...comment, workflowId })),
    cancelWorkflow: (workflowId, { reason } = {}) =>
      toClientError(
        trpc.cancelWorkflow.mutate(reason === undefined ? { workflowId } : { workflowId, reason }),
      ),
    pauseWorkflow: (workflowId) => toClientError(trpc.pauseWorkflow.mutate({ workflowId })),
    resumeWorkflow: (workflowId) => toClientError(trpc.resumeWorkflow.mutate({ workflowId })),
    getWorkflow: (workflowId) => toClientError(trpc.workflow.get.query({ workflowId })),
    listWorkflows: (query) => toClientError(trpc.workflow.list.query(query)),
    samples: () => toClientError(trpc.samples.query()),
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

/** @throws RuntapeClientError for whatever the call rejects with. */
async function toClientError<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    throw RuntapeClientError.from(error);
  }
}

function withDefaultCallbacks({
  onConnection = ignore,
  onProblem = ignore,
}: Pick<FollowOptions, 'onConnection' | 'onProblem'>) {
  return { onConnection, onProblem };
}

function ignore(): void {}
