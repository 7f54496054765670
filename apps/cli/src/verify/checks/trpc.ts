import { eventIdSchema, type StreamEntry } from '@runtape/events';
import { advice } from '../advice.ts';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { readLive } from '../read-live.ts';
import { shorten } from '../read-response.ts';

/** Checks a plain tRPC subscription, without Runtape's client. */
export const trpc: Check = {
  name: 'trpc',
  title: 'tRPC subscription',
  isLive: true,
  run: async (probe) => {
    const { client, started, ended, signal } = probe;
    const { workflowId } = await started;
    const received: StreamEntry[] = [];
    await readLive(probe, async (onMessage) => {
      const { promise: closed, resolve, reject } = Promise.withResolvers<void>();
      client.trpc.onWorkflowEvents.subscribe(
        { workflowId },
        {
          onData: ({ id, data }) => {
            onMessage();
            if (data.type === 'cursor') return;
            const known = eventIdSchema.safeParse(id);
            if (known.success) received.push({ id: known.data, message: data });
            else reject(missingId(id));
          },
          onStopped: resolve,
          onError: (cause) => reject(streamError(cause)),
          // Ends the subscription when the checks are over.
          signal,
        },
      );
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      await closed;
    });
    compareEntries((await ended).entries, received);
    return `${received.length} messages`;
  },
};

function missingId(id: string): CheckFailure {
  return new CheckFailure({
    expected: 'messages with the id of their event',
    actual: `one with "${shorten(id)}"`,
    advice: advice.lines,
  });
}

function streamError(cause: Error): CheckFailure {
  return new CheckFailure({
    expected: 'a stream of events at /trpc',
    actual: shorten(cause.message),
    advice: 'Check what is listening at /trpc and that the proxy forwards every path.',
  });
}
