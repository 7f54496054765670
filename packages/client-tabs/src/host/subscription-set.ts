import type { Subscription } from './subscription.ts';
import type { ThreadSubscription } from './thread-subscription.ts';
import type { WorkflowSubscription } from './workflow-subscription.ts';

/** All workflows and threads that the tabs of a browser follow. */
export class SubscriptionSet {
  /** By workflow id. */
  readonly workflows = new Map<string, WorkflowSubscription>();
  readonly threads = new Set<ThreadSubscription>();

  get size(): number {
    return this.workflows.size + this.threads.size;
  }

  all(): readonly Subscription[] {
    return [...this.workflows.values(), ...this.threads];
  }

  /** The subscriptions for the next request. */
  wanted(): readonly Subscription[] {
    return this.all().filter(({ isWanted }) => isWanted);
  }
}
