import { eventIdSchema } from '@runtape/events';
import { RuntapeClientError } from '@runtape/client';
import type { Page } from '@runtape/client/internals';
import type { Subscriber } from './subscriber.ts';
import type { ThreadSubscription } from './thread-subscription.ts';
import type { WorkflowSubscription } from './workflow-subscription.ts';

export interface CatchUpOptions {
  /** Fetches what comes after the cursor of whoever catches up. */
  readonly fetchPage: (signal: AbortSignal) => Promise<Page>;
  /**
   * Waits before the next fetch, after so many failures in a row; 0 when there was only nothing
   * new.
   */
  readonly pause: (failures: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Brings a subscriber that is behind to where it can join the subscription, page by page. Returns
 * when it has joined, is at its end, was refused, or has left.
 */
export async function catchUp(
  subscription: WorkflowSubscription,
  subscriber: Subscriber,
  { fetchPage, pause }: CatchUpOptions,
): Promise<void> {
  const { window, listener, left } = subscriber;
  const { signal } = left;
  await retryUntilDone({ signal, pause, refuse: (error) => listener.failed(error) }, async () => {
    await window.untilRoom(signal);
    if (signal.aborted) return true;
    if (subscription.join(subscriber)) {
      if (subscription.hasEnded) listener.ended();
      return true;
    }
    if (!window.hasRoom) return false;
    const page = await fetchPage(signal);
    if (signal.aborted || (await sendPage(subscription, subscriber, page))) return true;
    if (page.items.length === 0) await untilNotified(subscriber, pause);
    return false;
  });
}

/** Nothing new: something must come over the stream, or be there at the next fetch. */
async function untilNotified(
  subscriber: Subscriber,
  pause: CatchUpOptions['pause'],
): Promise<void> {
  const over = new AbortController();
  const signal = AbortSignal.any([subscriber.left.signal, over.signal]);
  await Promise.race([pause(0, signal).catch(() => {}), subscriber.notified(signal)]);
  over.abort();
}

/** @returns whether there is nothing more to do. */
async function sendPage(
  subscription: WorkflowSubscription,
  subscriber: Subscriber,
  { items, result }: Page,
): Promise<boolean> {
  const { window, listener, left } = subscriber;
  for (const { id, data } of items) {
    await window.untilRoom(left.signal);
    if (left.signal.aborted) return true;
    const chars = JSON.stringify(data).length;
    const parsed = eventIdSchema.safeParse(id);
    if (parsed.success) subscriber.send({ id: parsed.data, message: data, chars });
    else subscriber.forward(id, data, chars);
    // Whoever joins after the end would miss it, so the rest is fetched then.
    if (!subscription.hasEnded && subscription.join(subscriber)) return true;
  }
  if (result !== 'ended') return false;
  listener.ended();
  return true;
}

/**
 * Brings a thread's reader that had no room for what came to where the stream is, page by page.
 * @returns whether it is there; otherwise it has left, or was refused.
 */
export async function catchUpThread(
  subscription: ThreadSubscription,
  { fetchPage, pause }: CatchUpOptions,
): Promise<boolean> {
  const { window, left } = subscription;
  const { signal } = left;
  let isThere = false;
  const refuse = (error: RuntapeClientError): void => subscription.refuse(error);
  await retryUntilDone({ signal, pause, refuse }, async () => {
    await window.untilRoom(signal);
    if (signal.aborted) return true;
    const { items, result } = await fetchPage(signal);
    for (const { id, data } of items) {
      await window.untilRoom(signal);
      if (signal.aborted) return true;
      subscription.send(id, data, JSON.stringify(data).length);
    }
    if (signal.aborted) return true;
    if (result === 'more') return false;
    // A slow reader would fall behind again at once, and have the shared request opened anew each
    // time.
    await window.untilDrained(signal);
    if (signal.aborted) return true;
    subscription.caughtUp();
    isThere = true;
    return true;
  });
  return isThere;
}

interface RetryUntilDoneOptions extends Pick<CatchUpOptions, 'pause'> {
  readonly signal: AbortSignal;
  readonly refuse: (error: RuntapeClientError) => void;
}

/**
 * Repeats a step until it returns true, is refused, or the signal aborts; pauses after each failure
 * that may pass.
 */
async function retryUntilDone(
  { signal, pause, refuse }: RetryUntilDoneOptions,
  step: () => Promise<boolean>,
): Promise<void> {
  for (let failures = 0; ;) {
    try {
      if (await step()) return;
      failures = 0;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = RuntapeClientError.from(thrown);
      if (!error.mayPass) {
        refuse(error);
        return;
      }
      failures += 1;
      await pause(failures, signal).catch(() => {});
    }
  }
}
