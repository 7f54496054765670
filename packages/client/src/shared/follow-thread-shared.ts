import { threadIdSchema } from '@runtape/events';
import { RuntapeClientError } from '../errors.ts';
import type { Connecting } from '../follow/own-stream.ts';
import { type ThreadFollowing, threadStream } from '../follow/follow-thread.ts';
import type { ThreadEntry } from '../follow/thread-guard.ts';
import { told } from './follow-shared.ts';
import { readShared } from './read-shared.ts';
import type { SharedLink } from './shared-link.ts';

/** Longer ones no server takes. */
const MAX_CURSOR_LENGTH = 16_000;

/**
 * What happens in a thread, by way of the stream that all tabs share. Has no end.
 * @throws as following by a stream of one's own.
 */
export async function* followThreadShared(
  link: SharedLink,
  connecting: Connecting,
  following: ThreadFollowing,
): AsyncGenerator<ThreadEntry, void> {
  const { threadId, signal, onConnection } = following;
  if (!signal.aborted) refuseMalformed(following);
  const own = threadStream(connecting, following);
  yield* readShared(link, connecting, {
    own,
    asks: (follow) => ({ kind: 'follow-thread', follow, threadId, after: own.feed.cursor }),
    signal,
    onConnection,
  });
}

/** The server would refuse the request of all tabs for what is too long; all else it refuses by itself. */
function refuseMalformed({ threadId, after, onConnection }: ThreadFollowing): void {
  const { success, error } = threadIdSchema.safeParse(threadId);
  if (!success) {
    const message = error.issues[0]?.message ?? 'This is no thread id.';
    throw told(new RuntapeClientError('refused', 'invalid_input', message), onConnection);
  }
  if (after !== null && after.length > MAX_CURSOR_LENGTH) {
    const message = 'The cursor is not that of an event of a thread.';
    throw told(new RuntapeClientError('refused', 'malformed_cursor', message), onConnection);
  }
}
