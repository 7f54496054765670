import { eventIdSchema, type StreamEntry } from '@runtape/events';
import { type Check, CheckFailure } from '../check.ts';
import { compareEntries } from '../compare-entries.ts';
import { shorten } from '../read-answer.ts';
import { firstWord } from '../wait.ts';

/** As any tRPC client gets it, without ours around it. */
export const trpc: Check = {
  name: 'trpc',
  title: 'tRPC subscription',
  isLive: true,
  run: async (probe) => {
    const { client, started, ended, signal, heardOfIt } = probe;
    const { workflowId } = await started;
    const told: StreamEntry[] = [];
    const heard = Promise.withResolvers<void>();
    const { promise: over, resolve, reject } = Promise.withResolvers<void>();
    const subscription = client.trpc.onWorkflowEvents.subscribe(
      { workflowId },
      {
        onData: ({ id, data }) => {
          heard.resolve();
          if (data.type === 'cursor') return;
          const known = eventIdSchema.safeParse(id);
          if (known.success) told.push({ id: known.data, message: data });
          else reject(withoutId(id));
        },
        onStopped: resolve,
        onError: (cause) => reject(broken(cause)),
        signal,
      },
    );
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    try {
      await firstWord(probe, Promise.race([heard.promise, over]));
      heardOfIt();
      await over;
    } finally {
      subscription.unsubscribe();
    }
    compareEntries((await ended).entries, told);
    return `${told.length} messages`;
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
    advice: 'Look at what answers at /trpc: does the proxy pass on every path?',
  });
}
