import { type ReconnectReason, RuntapeClientError } from '@runtape/client';
import { fetchWorkflowPage, type ThreadPosition } from '@runtape/client/internals';
import { catchUp, catchUpThread } from './catch-up.ts';
import { SubscriptionSet } from './subscription-set.ts';
import { MultiplexedStream, type MultiplexedStreamOptions } from './multiplexed-stream.ts';
import { Subscriber, type WorkflowRequest } from './subscriber.ts';
import type { Listener, Subscription } from './subscription.ts';
import { ThreadSubscription } from './thread-subscription.ts';
import { WorkflowSubscription } from './workflow-subscription.ts';

/** The server's limit for the number of subscriptions in one request. */
const MAX_SUBSCRIPTIONS = 200;

export interface SubscriptionHandle {
  /** Records that `count` more messages are acknowledged. */
  acknowledged(count: number): void;
  unsubscribe(): void;
}

/**
 * Serves all workflows and threads that a browser follows from one stream. Each subscriber has its
 * own cursor and receives each message once and in order. When the subscriptions change, the
 * request is reopened with a cursor for each.
 */
export class ServerConnection {
  readonly #subscriptions = new SubscriptionSet();
  readonly #stream: MultiplexedStream;
  #lastThread = 0;

  constructor(options: MultiplexedStreamOptions) {
    this.#stream = new MultiplexedStream(this.#subscriptions, options);
  }

  subscribe(request: WorkflowRequest, listener: Listener): SubscriptionHandle {
    const unsubscribe = (): void => this.#unsubscribe(subscriber);
    const subscriber = new Subscriber(request, unsubscribing(listener, unsubscribe));
    const known = this.#subscriptions.workflows.get(request.workflowId);
    if (known === undefined) this.#open(subscriber);
    else this.#add(known, subscriber);
    return { acknowledged: (count) => subscriber.window.acknowledged(count), unsubscribe };
  }

  subscribeToThread(request: ThreadPosition, listener: Listener): SubscriptionHandle {
    const unsubscribe = (): void => this.#unsubscribeThread(subscription);
    this.#lastThread += 1;
    const subscription = new ThreadSubscription({
      ...request,
      name: `${this.#lastThread}`,
      listener: unsubscribing(listener, unsubscribe),
      onBehind: () => this.#catchUpThread(subscription),
    });
    if (this.#hasRoomFor(subscription.listener)) {
      this.#subscriptions.threads.add(subscription);
      this.#begin(subscription);
    }
    return { acknowledged: (count) => subscription.window.acknowledged(count), unsubscribe };
  }

  /** Retries immediately, because the network or the page has recovered. */
  wake(reason: ReconnectReason): void {
    this.#stream.wake(reason);
  }

  /** Ends all subscriptions without notifying their listeners. */
  close(): void {
    for (const { subscribers } of this.#subscriptions.workflows.values()) {
      for (const subscriber of subscribers) this.#unsubscribe(subscriber);
    }
    for (const subscription of this.#subscriptions.threads) this.#unsubscribeThread(subscription);
    this.#stream.stop();
  }

  #hasRoomFor(listener: Listener): boolean {
    if (this.#subscriptions.size < MAX_SUBSCRIPTIONS) return true;
    const message = `A browser follows at most ${MAX_SUBSCRIPTIONS} workflows and threads at once. Close some, and try again.`;
    const error = new RuntapeClientError('refused', 'invalid_input', message);
    queueMicrotask(() => listener.failed(error));
    return false;
  }

  #open(subscriber: Subscriber): void {
    if (!this.#hasRoomFor(subscriber.listener)) return;
    const subscription = new WorkflowSubscription(subscriber, (late) =>
      this.#catchUp(subscription, late),
    );
    this.#subscriptions.workflows.set(subscription.workflowId, subscription);
    subscription.subscribers.add(subscriber);
    subscriber.isLive = true;
    this.#begin(subscription);
  }

  #begin(subscription: Subscription): void {
    for (const listener of subscription.listeners) this.#stream.reportState(subscription, listener);
    this.#stream.tryNow();
    this.#stream.changed();
  }

  #add(subscription: WorkflowSubscription, subscriber: Subscriber): void {
    subscription.subscribers.add(subscriber);
    this.#stream.reportState(subscription, subscriber.listener);
    if (!subscription.serves(subscriber)) this.#stream.changed();
    this.#catchUp(subscription, subscriber);
    this.#stream.tryNow();
  }

  #unsubscribe(subscriber: Subscriber): void {
    if (subscriber.left.signal.aborted) return;
    subscriber.left.abort();
    const { workflows } = this.#subscriptions;
    const subscription = workflows.get(subscriber.request.workflowId);
    if (subscription?.subscribers.delete(subscriber) !== true) return;
    if (subscription.subscribers.size > 0) return;
    workflows.delete(subscription.workflowId);
    if (!subscription.hasEnded) this.#stream.changed();
  }

  #unsubscribeThread(subscription: ThreadSubscription): void {
    const { isOver } = subscription;
    subscription.left.abort();
    if (this.#subscriptions.threads.delete(subscription) && !isOver) this.#stream.changed();
  }

  #catchUp(subscription: WorkflowSubscription, subscriber: Subscriber): void {
    void catchUp(subscription, subscriber, {
      fetchPage: (signal) =>
        fetchWorkflowPage(this.#stream.requestOptions(signal), {
          ...subscriber.request,
          after: subscriber.cursor,
        }),
      pause: (failures, signal) => this.#stream.pause(failures, signal),
    });
  }

  #catchUpThread(subscription: ThreadSubscription): void {
    void catchUpThread(subscription, {
      fetchPage: (signal) => subscription.fetchPage(this.#stream.requestOptions(signal)),
      pause: (failures, signal) => this.#stream.pause(failures, signal),
    }).then((hasCaughtUp) => hasCaughtUp && this.#stream.changed());
  }
}

/** Returns a listener that also unsubscribes when the subscription has ended or failed. */
function unsubscribing(listener: Listener, unsubscribe: () => void): Listener {
  return {
    message: (id, message, chars) => listener.message(id, message, chars),
    state: (state) => listener.state(state),
    ended: () => {
      unsubscribe();
      listener.ended();
    },
    failed: (error) => {
      unsubscribe();
      listener.failed(error);
    },
  };
}
