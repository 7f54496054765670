import { eventIdSchema, type StreamEntry } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { shorten } from '../read-answer.ts';
import { firstMessage } from '../wait.ts';

/** Checks a plain tRPC subscription, without Runtape's client. */
export const trpc: Check = {
  name: 'trpc',
  title: 'tRPC subscription',
  isLive: true,
  run: async (probe) => {
    const { client, started, ended, signal, markSeen } = probe;
    const { workflowId } = await started;
    const received: StreamEntry[] = [];
    const first = Promise.withResolvers<void>();
    const { promise: over, resolve, reject } = Promise.withResolvers<void>();
    const subscription = client.trpc.onWorkflowEvents.subscribe(
      { workflowId },
      {
        onData: ({ id, data }) => {
          first.resolve();
          if (data.type === 'cursor') return;
          const known = eventIdSchema.safeParse(id);
          if (known.success) received.push({ id: known.data, message: data });
          else reject(withoutId(id));
        },
        onStopped: resolve,
        onError: (cause) => reject(broken(cause)),
        signal,
      },
    );
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    try {
      await firstMessage(probe, Promise.race([first.promise, over]));
      markSeen();
      await over;
    } finally {
      subscription.unsubscribe();
    }
    compareEntries((await ended).entries, received);
    return `${received.length} messages`;
  },
};

function withoutId(id: string): CheckFailure {
  return new CheckFailure({
    expected: 'messages with the id of their event',
    came: `one with "${shorten(id)}"`,
    advice: 'Something between here and the server takes lines out of the stream.',
  });
}

function broken(cause: Error): CheckFailure {
  return new CheckFailure({
    expected: 'a stream of events at /trpc',
    came: shorten(cause.message),
    advice: 'Check what answers at /trpc, and that the proxy passes on every path.',
  });
}
