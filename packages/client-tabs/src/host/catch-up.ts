import { isEventId } from '@runtape/events';
import { RuntapeClientError } from '@runtape/client';
import type { Page } from '@runtape/client/internals';
import type { Subscriber } from './subscriber.ts';
import type { ThreadSubscription } from './thread-subscription.ts';
import type { WorkflowSubscription } from './workflow-subscription.ts';

export interface CatchUpOptions {
  /** Fetches the messages after the cursor of the subscriber or thread that is behind. */
  readonly fetchPage: (signal: AbortSignal) => Promise<Page>;
  /**
   * Waits before the next fetch, after `failures` consecutive failures; 0 if there were no new
   * messages.
   */
  readonly pause: (failures: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Fetches pages for a subscriber that is behind until it can join the subscription. Returns when it
 * has joined, has ended, was refused, or has unsubscribed.
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

/** Waits until the stream has delivered a message, or it is time for the next fetch. */
async function untilNotified(
  subscriber: Subscriber,
  pause: CatchUpOptions['pause'],
): Promise<void> {
  const finished = new AbortController();
  const signal = AbortSignal.any([subscriber.left.signal, finished.signal]);
  await Promise.race([pause(0, signal).catch(() => {}), subscriber.notified(signal)]);
  finished.abort();
}

/**
 * Sends a page to the subscriber.
 * @returns whether catching up is finished.
 */
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
    if (isEventId(id)) subscriber.send({ id, message: data, chars });
    else subscriber.forward(id, data, chars);
    // A subscriber that joined after the end would miss it, so it fetches the rest.
    if (!subscription.hasEnded && subscription.join(subscriber)) return true;
  }
  if (result !== 'ended') return false;
  listener.ended();
  return true;
}

/**
 * Fetches pages for a thread's reader that is behind until it has caught up with the stream.
 * @returns whether it has caught up; otherwise it has unsubscribed or was refused.
 */
export async function catchUpThread(
  subscription: ThreadSubscription,
  { fetchPage, pause }: CatchUpOptions,
): Promise<boolean> {
  const { window, left } = subscription;
  const { signal } = left;
  let hasCaughtUp = false;
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
    // A slow reader would immediately fall behind again, and reopen the shared request each time.
    await window.untilDrained(signal);
    if (signal.aborted) return true;
    subscription.caughtUp();
    hasCaughtUp = true;
    return true;
  });
  return hasCaughtUp;
}

interface RetryUntilDoneOptions extends Pick<CatchUpOptions, 'pause'> {
  readonly signal: AbortSignal;
  readonly refuse: (error: RuntapeClientError) => void;
}

/**
 * Repeats a step until it returns true, is refused, or the signal aborts; pauses after each
 * temporary failure.
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
