import { eventIdSchema } from '@runtape/events';
import type { Page } from '../transport/fetch-page.ts';
import { RuntapeClientError } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { Follower } from './follower.ts';

export interface CatchUpOptions {
  readonly channel: Channel;
  readonly follower: Follower;
  /** Asks for what comes after where the follower stands. */
  readonly ask: (follower: Follower, signal: AbortSignal) => Promise<Page>;
  /** Waits before it is worth asking again, after so many failures in a row; 0 when there was only nothing new. */
  readonly pause: (failures: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Brings a follower that is behind its channel to where it can fall in: asks for events until it stands where something of
 * the channel begins. Returns when it is joined, at its end, or when it has left.
 */
export async function catchUp(options: CatchUpOptions): Promise<void> {
  const { channel, follower, ask, pause } = options;
  const { signal } = follower.left;
  for (let failures = 0; ;) {
    await follower.room();
    if (signal.aborted) return;
    if (channel.join(follower)) {
      if (channel.hasEnded) follower.sink.ended();
      return;
    }
    if (!follower.hasRoom) continue;
    try {
      const page = await ask(follower, signal);
      if (signal.aborted) return;
      failures = 0;
      if (await takePage(options, page)) return;
      if (page.items.length === 0) await untilNudged(options);
    } catch (thrown) {
      if (signal.aborted) return;
      const error = RuntapeClientError.from(thrown);
      if (!error.mayPass) {
        follower.sink.failed(error);
        return;
      }
      failures += 1;
      await pause(failures, signal).catch(() => {});
    }
  }
}

/** Nothing is new for it: then something must come through the channel, or be there when it is asked again. */
async function untilNudged({ follower, pause }: CatchUpOptions): Promise<void> {
  const nudged = new AbortController();
  const over = AbortSignal.any([follower.left.signal, nudged.signal]);
  await Promise.race([pause(0, over).catch(() => {}), follower.nudged()]);
  nudged.abort();
}

/** @returns whether there is nothing more to do. */
async function takePage(
  { channel, follower }: CatchUpOptions,
  { items, polled }: Page,
): Promise<boolean> {
  for (const { id, data } of items) {
    await follower.room();
    if (follower.left.signal.aborted) return true;
    const chars = JSON.stringify(data).length;
    const parsed = eventIdSchema.safeParse(id);
    if (parsed.success) follower.send({ id: parsed.data, message: data, chars });
    else follower.forward(id, data, chars);
    // Before the end is known it is asked for, so that it is not missed.
    if (!channel.hasEnded && channel.join(follower)) return true;
  }
  if (polled !== 'ended') return false;
  follower.sink.ended();
  return true;
}
