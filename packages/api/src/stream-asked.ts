import type { EventId, Replay, WorkflowId } from '@runtape/events';
import { LinkedAbort } from './abort.ts';
import { Deadline } from './accounts/deadline.ts';
import { type Identity, linkEndOf } from './accounts/identity.ts';
import { linkOver } from './accounts/require-user.ts';
import { ApiError, toApiError } from './errors.ts';
import { findWorkflow } from './find-workflow.ts';
import { type SourceStart, StreamMany } from './stream-many.ts';
import { type StreamChunk, type StreamOptions, streamWorkflow } from './stream-workflow.ts';
import { checkThread, readThreadId } from './threads/check-thread.ts';
import { streamThread } from './threads/stream-thread.ts';
import { readThreadCursor } from './threads/thread-cursor.ts';
import type { ThreadItem } from './threads/thread-item.ts';

/** A thread is read anew for each cursor in it, with all of its workflows: as often as a person has it open in a browser. */
const MAX_SAME_THREAD = 16;

/** One of the workflows that are asked for. */
export interface AskedWorkflow {
  readonly workflowId: string;
  readonly after: EventId | null;
  readonly replay: Replay;
  /** Default: all. */
  readonly types?: ReadonlySet<string> | undefined;
}

/** One of the threads that are asked for. */
export interface AskedThread {
  readonly threadId: string;
  /** A cursor of the thread; none means "from the start". */
  readonly after?: string | null | undefined;
  /** Tells it apart from others, also of the same thread. */
  readonly subscription: string;
}

/** What comes of one of the workflows, or of one of the threads. */
export type StreamPart =
  | { readonly kind: 'chunk'; readonly workflowId: WorkflowId; readonly chunk: StreamChunk }
  /** Everything of it was there. */
  | { readonly kind: 'ended'; readonly workflowId: WorkflowId }
  | {
      readonly kind: 'items';
      readonly subscription: string;
      readonly items: readonly ThreadItem[];
    }
  /** Nothing more of it comes, and not because it has ended. */
  | { readonly kind: 'refused'; readonly whose: Asked; readonly error: ApiError };

/** What the client calls it. */
type Asked = Pick<AskedWorkflow, 'workflowId'> | Pick<AskedThread, 'subscription'>;

export interface StreamAskedOptions extends Pick<
  StreamOptions,
  'log' | 'fanOut' | 'snapshots' | 'seen' | 'signal'
> {
  /** Who asks; what they may not see is refused. */
  readonly identity: Identity;
  /** In ms since 1970. */
  readonly now: () => number;
  readonly workflows: readonly AskedWorkflow[];
  readonly threads: readonly AskedThread[];
  /** Hears why something was refused when that is not the client's doing. */
  readonly onError: (error: unknown) => void;
}

/**
 * Many workflows and threads in one stream, each as `streamWorkflow` and `streamThread` have it. One that is refused disturbs
 * no other.
 * @returns when all have ended or were refused; a thread has no end.
 * @throws an AbortError when the signal aborts; EventLogError and ApiError `unavailable`, which mean all of them.
 */
export async function* streamAsked(options: StreamAskedOptions): AsyncGenerator<StreamPart, void> {
  const many = new StreamMany<StreamPart>(options.signal);
  for (const asked of options.workflows) {
    const whose = { workflowId: asked.workflowId };
    many.add((start) =>
      unlessRefused(options, partsOfWorkflow(options, asked, start), { whose, ...start }),
    );
  }
  const named = new Map<string, number>();
  for (const asked of options.threads) {
    const whose = { subscription: asked.subscription };
    const times = (named.get(asked.threadId) ?? 0) + 1;
    named.set(asked.threadId, times);
    if (times > MAX_SAME_THREAD) {
      many.add(async function* () {
        yield { kind: 'refused', whose, error: threadAgain() };
      });
      continue;
    }
    many.add((start) =>
      unlessRefused(options, partsOfThread(options, asked, start), { whose, ...start }),
    );
  }
  yield* many.read();
}

function threadAgain(): ApiError {
  return new ApiError(
    'too_many_streams',
    `One stream follows the same thread at most ${MAX_SAME_THREAD} times. Follow it in fewer places, and try again.`,
  );
}

async function* unlessRefused(
  { onError }: StreamAskedOptions,
  parts: AsyncGenerator<StreamPart, void>,
  { whose, signal }: Pick<SourceStart, 'signal'> & { readonly whose: Asked },
): AsyncGenerator<StreamPart, void> {
  try {
    yield* parts;
  } catch (thrown) {
    const error = toApiError(thrown);
    // The store is away, or the stream is over: that is not about this one.
    if (signal.aborted || error.code === 'unavailable') throw thrown;
    onError(thrown);
    yield { kind: 'refused', whose, error };
  }
}

async function* partsOfWorkflow(
  { log, fanOut, snapshots, seen, identity, now }: StreamAskedOptions,
  asked: AskedWorkflow,
  { signal, onWait }: SourceStart,
): AsyncGenerator<StreamPart, void> {
  const record = await findWorkflow({ log, identity, now }, asked.workflowId);
  const { workflowId } = record;
  const { after, replay, types } = asked;
  using link = new Deadline(linkEndOf(identity, record), now);
  using abort = new LinkedAbort(signal, link.signal);
  const streamed = {
    log,
    fanOut,
    snapshots,
    seen,
    workflowId,
    after,
    replay,
    types,
    signal: abort.signal,
    onWait,
  };
  try {
    for await (const chunk of streamWorkflow(streamed)) yield { kind: 'chunk', workflowId, chunk };
  } catch (error) {
    throw link.isOver && !signal.aborted ? linkOver() : error;
  }
  yield { kind: 'ended', workflowId };
}

async function* partsOfThread(
  { log, fanOut, snapshots, seen, identity, now, onError }: StreamAskedOptions,
  asked: AskedThread,
  { signal, onWait }: SourceStart,
): AsyncGenerator<StreamPart, void> {
  const { subscription } = asked;
  const threadId = readThreadId(asked.threadId);
  const after = readThreadCursor(threadId, asked.after);
  await checkThread({ log, identity }, threadId);
  const streamed = {
    log,
    fanOut,
    snapshots,
    seen,
    identity,
    now,
    threadId,
    after,
    signal,
    onWait,
    onError,
  };
  for await (const items of streamThread(streamed)) yield { kind: 'items', subscription, items };
}
