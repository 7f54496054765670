import { fetchThreadPage } from '../transport/fetch-page.ts';
import type { StreamProblem } from './cursor-guard.ts';
import { DeliveryBuffer } from './delivery-buffer.ts';
import type { ConnectionOptions, DirectStream, FillOptions } from './direct-stream.ts';
import { type ThreadEntry, ThreadGuard } from './thread-guard.ts';

export interface ThreadStreamRequest extends FillOptions {
  readonly threadId: string;
  readonly after: string | null;
  readonly onProblem: (problem: StreamProblem) => void;
}

/** The events of all workflows of a thread. The stream never ends by itself. */
export function threadStream(
  { trpc }: ConnectionOptions,
  { threadId, after, onProblem }: ThreadStreamRequest,
): DirectStream<ThreadEntry> {
  const buffer = new DeliveryBuffer<ThreadEntry>({
    guard: new ThreadGuard(after),
    endsWith: () => false,
    wants: () => true,
    onProblem,
  });
  return {
    buffer,
    subscribe: (observer) =>
      trpc.onThreadEvents.subscribe({ threadId, lastEventId: buffer.cursor }, observer),
    fetchPage: (options) => fetchThreadPage(options, { threadId, after: buffer.cursor }),
  };
}
