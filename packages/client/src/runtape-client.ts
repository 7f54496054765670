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
import { browserWakeUps, type WakeUps } from './reconnect/retry-timer.ts';
import { DEFAULT_RETRY, type Retry } from './reconnect/reconnect-policy.ts';
import type { ConnectionState } from './reconnect/connection-state.ts';
import type { StreamProblem } from './follow/cursor-guard.ts';
import { RuntapeClientError } from './errors.ts';
import { defaultEventSource, type EventSourceClass, readable } from './transport/event-source.ts';
import { followThreadEvents } from './follow/follow-thread.ts';
import { followWorkflow } from './follow/follow-workflow.ts';
import { serverUrl } from './transport/server-url.ts';
import { followShared } from './shared/follow-shared.ts';
import { followThreadShared } from './shared/follow-thread-shared.ts';
import type { SharedStreams } from './shared/shared-streams.ts';
import type { ThreadEntry } from './follow/thread-guard.ts';
import { createTrpcClient, type TrpcClient } from './transport/trpc-client.ts';

const DEFAULT_CONNECT_TIMEOUT_MS = 15_000;

type Inputs = inferRouterInputs<AppRouter>;
type Outputs = inferRouterOutputs<AppRouter>;

export interface RuntapeClientOptions {
  /**
   * Where the server is reached, e.g. `http://127.0.0.1:4310`, or `https://example.com/runtape` below a path. In a browser it
   * may be relative to the page.
   */
  readonly url: string;
  /** For calls, and for streams where the EventSource is that of the `eventsource` package. Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Default: the global one, or that of the `eventsource` package where there is none. */
  readonly EventSource?: EventSourceClass | undefined;
  /**
   * How `follow` reconnects. Default: 10 attempts in a row, waiting up to 500 ms at first and up to 10,000 ms later; from the
   * fifth on it asks for events every 2,000 ms as well, until a stream stands again.
   */
  readonly retry?: Partial<Retry> | undefined;
  /** How long a stream waits for the server's first word before it counts as a failed attempt, in ms. Default: 15,000. */
  readonly connectTimeoutMs?: number | undefined;
  /**
   * Shares one stream with all tabs of the browser: `createSharedStreams(…)`. Then `follow` and `followThread` send the
   * browser's cookies and no other credentials. Default: a stream for each call of either.
   */
  readonly sharing?: SharedStreams | undefined;
  /** When to try again at once. Default: when the tab becomes visible, and when the network returns. */
  readonly wakeUps?: WakeUps | undefined;
  /** From 0 to 1, spreads out reconnects. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** In ms. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

export interface FollowOptions {
  /** Only what comes after this event. Default: everything. */
  readonly after?: EventId | undefined;
  /**
   * How the past comes to a reader without a cursor: as its `events`, or as one `workflow:state` with all that they come to,
   * however many they are. Default: `events`.
   */
  readonly replay?: Replay | undefined;
  /**
   * Only events of these types, as they are emitted, e.g. `['status', 'log:created']`. What ends the workflow, `reset` and
   * `workflow:state` come always. A filtered reader cannot notice by their numbers that events are missing. Default: all.
   */
  readonly types?: Iterable<string> | undefined;
  /** Ends following: the iteration rejects with an AbortError. The workflow goes on. */
  readonly signal?: AbortSignal | undefined;
  readonly onConnection?: ((state: ConnectionState) => void) | undefined;
  /** Hears of events that could not be read, and of gaps. The stream goes on. */
  readonly onProblem?: ((problem: StreamProblem) => void) | undefined;
}

export interface FollowThreadOptions extends Pick<
  FollowOptions,
  'signal' | 'onConnection' | 'onProblem'
> {
  /** Only what comes after the entry with this `cursor`. Default: everything. */
  readonly after?: string | undefined;
}

/** Starts, follows, pauses, resumes and cancels workflows on one server. Every call rejects with a RuntapeClientError. */
export interface RuntapeClient {
  /** The typed vanilla tRPC client, for all else. Its subscriptions reconnect as tRPC does. */
  readonly trpc: TrpcClient;
  startComment(input: StartComment): Promise<Outputs['startComment']>;
  startReview(input: StartReview): Promise<Outputs['startReview']>;
  /** Asks about a repository. */
  startQuestion(input: StartQuestion): Promise<Outputs['startQuestion']>;
  /**
   * Posts a comment on the GitHub issue that a workflow drafted it for, as a person has changed it, by a workflow of its own.
   * @param workflowId the one that drafted it.
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
  /** Harmless when repeated, and after the end. A paused workflow is not taken up before it is resumed. */
  pauseWorkflow(workflowId: string): Promise<Outputs['pauseWorkflow']>;
  /** Lets a paused workflow go on after its last completed step. Harmless when it is not paused. */
  resumeWorkflow(workflowId: string): Promise<Outputs['resumeWorkflow']>;
  getWorkflow(workflowId: string): Promise<Outputs['workflow']['get']>;
  /** Newest first. */
  listWorkflows(query?: Inputs['workflow']['list']): Promise<Outputs['workflow']['list']>;
  samples(): Promise<Outputs['samples']>;
  /**
   * A workflow's events, each once and in order: all there were, then those that come, to the terminal event. Reconnects by
   * itself. A reader that is slow is sent neighbouring tokens as one.
   * @throws RuntapeClientError `refused` at once, for instance `unknown_workflow`; of another kind when the attempts are
   * used up; an AbortError when the signal aborts or the client is closed.
   */
  follow(workflowId: string, options?: FollowOptions): AsyncIterable<StreamEntry>;
  /**
   * What happens in all workflows of a thread, those to come included: each event of each workflow once and in order. A
   * thread has no end, and need not have begun. Reconnects by itself, and polls, as `follow` does.
   * @throws as `follow`.
   */
  followThread(threadId: string, options?: FollowThreadOptions): AsyncIterable<ThreadEntry>;
  /**
   * For a Reconnect button, before what is followed is followed anew: with `sharing`, the stream of all tabs is opened anew at
   * once, also one that seems to stand. Without, each `follow` opens a stream, and there is nothing to do.
   */
  reconnect(): void;
  /** Ends everything that is followed. */
  close(): Promise<void>;
}

export function createRuntapeClient(options: RuntapeClientOptions): RuntapeClient {
  const { fetch, EventSource = defaultEventSource() } = options;
  const url = serverUrl(options.url, '');
  const { random = Math.random, now = Date.now, wakeUps = browserWakeUps } = options;
  const { connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
  const retry: Retry = { ...DEFAULT_RETRY, ...options.retry };
  const trpc = createTrpcClient({ url, fetch, EventSource });
  const streams = createTrpcClient({ url, fetch, EventSource: readable(EventSource) });
  const open = new Set<AbortController>();

  const link = options.sharing?.link({
    url,
    settings: { retry, connectTimeoutMs },
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    wakeUps,
    random,
    now,
  });
  const connecting = { trpc: streams, retry, connectTimeoutMs, random, now, wakeUps };

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
    const asked = {
      workflowId,
      after: after ?? null,
      replay,
      types: types === undefined ? null : new Set(types),
      ...hearing(rest),
    };
    return untilClosed(rest.signal, (signal) =>
      link === undefined
        ? followWorkflow(connecting, { ...asked, signal })
        : followShared(link, connecting, { ...asked, signal }),
    );
  }

  function followThread(
    threadId: string,
    { after, ...rest }: FollowThreadOptions = {},
  ): AsyncGenerator<ThreadEntry, void> {
    const asked = { threadId, after: after ?? null, ...hearing(rest) };
    return untilClosed(rest.signal, (signal) =>
      link === undefined
        ? followThreadEvents(connecting, { ...asked, signal })
        : followThreadShared(link, connecting, { ...asked, signal }),
    );
  }

  return {
    trpc,
    startComment: (input) => ours(trpc.startComment.mutate(input)),
    startReview: (input) => ours(trpc.startReview.mutate(input)),
    startQuestion: (input) => ours(trpc.startQuestion.mutate(input)),
    postComment: (workflowId, comment) => ours(trpc.postComment.mutate({ ...comment, workflowId })),
    cancelWorkflow: (workflowId, { reason } = {}) =>
      ours(
        trpc.cancelWorkflow.mutate(reason === undefined ? { workflowId } : { workflowId, reason }),
      ),
    pauseWorkflow: (workflowId) => ours(trpc.pauseWorkflow.mutate({ workflowId })),
    resumeWorkflow: (workflowId) => ours(trpc.resumeWorkflow.mutate({ workflowId })),
    getWorkflow: (workflowId) => ours(trpc.workflow.get.query({ workflowId })),
    listWorkflows: (query) => ours(trpc.workflow.list.query(query)),
    samples: () => ours(trpc.samples.query()),
    follow,
    followThread,
    reconnect: () => link?.reconnect(),
    close: async () => {
      for (const following of open) following.abort();
      open.clear();
      link?.close();
    },
  };
}

async function ours<Value>(call: Promise<Value>): Promise<Value> {
  try {
    return await call;
  } catch (error) {
    throw RuntapeClientError.from(error);
  }
}

function hearing({ onConnection, onProblem }: Pick<FollowOptions, 'onConnection' | 'onProblem'>) {
  return { onConnection: onConnection ?? ignore, onProblem: onProblem ?? ignore };
}

function ignore(): void {}
