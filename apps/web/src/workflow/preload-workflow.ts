import type { FollowOptions, RuntapeClient } from '@runtape/client';
import {
  decodeStreamMessage,
  eventIdSchema,
  isSnapshotMessage,
  hasEnded,
  parseEventId,
  type StreamEntry,
} from '@runtape/events';
import type { QueryClient, QueryKey } from '@tanstack/react-query';

/** Up to this length, a tape is built from its events; a longer one is loaded in short form. */
export const MAX_UNSHORTENED_EVENTS = 2000;

/** How long to wait for the server, in ms; then the page itself loads the state. */
const TIMEOUT_MS = 10_000;

const stateKey = (workflowId: string): QueryKey => ['preloaded-state', workflowId];
const tapeKey = (workflowId: string): QueryKey => ['preloaded-tape', workflowId];

interface Connections {
  readonly runtape: RuntapeClient;
  readonly queryClient: QueryClient;
}

/**
 * Loads a workflow's state, and the tape of a long one, while the code of the page is still
 * loading. Errors are ignored, since the page tries again and shows them.
 */
export async function preloadWorkflow(
  workflowId: string,
  { runtape, queryClient }: Connections,
): Promise<void> {
  const first = await queryClient
    .fetchQuery({
      queryKey: stateKey(workflowId),
      queryFn: async () => {
        const signal = AbortSignal.timeout(TIMEOUT_MS);
        return toEntry(await runtape.trpc.workflow.get.query({ workflowId }, { signal }));
      },
      retry: false,
    })
    .catch(() => null);
  const events = first === null ? 0 : (parseEventId(first.id)?.seq ?? 0);
  if (events <= MAX_UNSHORTENED_EVENTS) return;
  await queryClient.prefetchQuery({
    queryKey: tapeKey(workflowId),
    queryFn: async () => await runtape.trpc.workflow.tape.query({ workflowId }),
    retry: false,
  });
}

/** Returns a client that follows a preloaded workflow from its preloaded state, once. */
export function fromPreloaded(runtape: RuntapeClient, queryClient: QueryClient): RuntapeClient {
  return {
    ...runtape,
    follow: (workflowId, options = {}) =>
      options.replay === 'snapshot' && options.after === undefined && options.types === undefined
        ? followFromPreloaded(workflowId, options, { runtape, queryClient })
        : runtape.follow(workflowId, options),
  };
}

async function* followFromPreloaded(
  workflowId: string,
  options: FollowOptions,
  { runtape, queryClient }: Connections,
): AsyncGenerator<StreamEntry, void> {
  const first = await take<StreamEntry>(queryClient, stateKey(workflowId));
  options.signal?.throwIfAborted();
  if (first !== null) {
    yield first;
    const { message } = first;
    if (isSnapshotMessage(message) && hasEnded(message.data.snapshot.status)) {
      options.onConnection?.({ state: 'ended' });
      return;
    }
  }
  yield* runtape.follow(workflowId, first === null ? options : { ...options, after: first.id });
}

/** Returns the preloaded tape of a workflow, once. */
export async function takePreloadedTape(
  queryClient: QueryClient,
  workflowId: string,
): Promise<{ readonly tape: unknown } | null> {
  return await take(queryClient, tapeKey(workflowId));
}

/**
 * Removes a preloaded result, and waits for it if it is still loading.
 * @returns `null` if nothing was preloaded, or that failed.
 */
async function take<Answer>(queries: QueryClient, queryKey: QueryKey): Promise<Answer | null> {
  if (queries.getQueryState(queryKey) === undefined) return null;
  try {
    return await queries.ensureQueryData<Answer | null>({
      queryKey,
      queryFn: () => null,
      retry: false,
    });
  } catch {
    return null;
  } finally {
    queries.removeQueries({ queryKey });
  }
}

/**
 * @throws an Error when the workflow has no event yet; a ZodError when the answer cannot be read.
 */
function toEntry(answer: Awaited<ReturnType<RuntapeClient['getWorkflow']>>): StreamEntry {
  const { snapshot, createdAt } = answer;
  const timestamp = snapshot.updatedAt ?? new Date(createdAt).toISOString();
  return {
    id: eventIdSchema.parse(snapshot.cursor),
    message: decodeStreamMessage({ type: 'workflow:state', data: { snapshot }, timestamp }),
  };
}
