import type { Replay } from '@runtape/events';
import { fromStreamError } from '@runtape/client/internals';
import { readFrame } from './read-frame.ts';
import type { SseFrame } from './read-sse-stream.ts';
import type { Subscription } from './subscription.ts';
import type { SubscriptionSet } from './subscription-set.ts';
import type { ThreadSubscription } from './thread-subscription.ts';
import type { WorkflowSubscription } from './workflow-subscription.ts';

/** The body of a request: the workflows and threads, each with its cursor. */
interface RequestBody {
  readonly streams: readonly {
    readonly workflowId: string;
    readonly after: string | null;
    readonly replay: Replay;
    readonly types?: readonly string[];
  }[];
  readonly threads: readonly {
    readonly threadId: string;
    readonly after: string | null;
    readonly subscription: string;
  }[];
}

/**
 * One request for all subscriptions that are wanted when it is opened. It routes frames to the
 * subscriptions. A message may be merged from several events, and does not show the position before
 * it. So a frame is delivered only to a subscription that was part of this request and has accepted
 * all messages since. A later subscription to the same workflow or thread, or one that has fallen
 * behind, receives nothing from this request.
 */
export class StreamRequest {
  readonly #workflows: ReadonlyMap<string, WorkflowSubscription>;
  readonly #threads: ReadonlyMap<string, ThreadSubscription>;
  readonly body: RequestBody;

  constructor(subscriptions: SubscriptionSet) {
    const workflows = [...subscriptions.workflows.values()].filter(({ isWanted }) => isWanted);
    const threads = [...subscriptions.threads].filter(({ isWanted }) => isWanted);
    this.body = { streams: workflows.map(workflowPart), threads: threads.map(threadPart) };
    this.#workflows = new Map(workflows.map((each) => [each.workflowId, each]));
    this.#threads = new Map(
      threads.flatMap((each) => (each.key === null ? [] : [[each.key, each]])),
    );
  }

  get isEmpty(): boolean {
    return this.#all().length === 0;
  }

  /** Whether all parts have ended. */
  get isOver(): boolean {
    return this.#all().every(({ isOver }) => isOver);
  }

  accept(frame: SseFrame): void {
    const content = readFrame(frame);
    const chars = frame.data.length;
    switch (content?.kind) {
      case 'message':
        this.#workflows.get(content.workflowId)?.accept(content.id, content.message, chars);
        break;
      case 'thread_message':
        this.#thread(content.subscription)?.accept(content.cursor, content.item, chars);
        break;
      case 'ended':
        this.#workflows.get(content.workflowId)?.end();
        break;
      case 'refused':
        this.#workflows.get(content.workflowId)?.refuse(fromStreamError(content.error));
        break;
      case 'thread_refused':
        this.#thread(content.subscription)?.refuse(fromStreamError(content.error));
        break;
      case 'malformed':
        // The subscription of a malformed frame is unknown: every tab reports and skips it.
        for (const subscription of this.#all()) subscription.accept('', content.body, 0);
        break;
      case undefined:
    }
  }

  /** Returns `undefined` for a subscription that has fallen behind since: its key has changed. */
  #thread(key: string): ThreadSubscription | undefined {
    const subscription = this.#threads.get(key);
    return subscription?.key === key ? subscription : undefined;
  }

  #all(): readonly Subscription[] {
    return [...this.#workflows.values(), ...this.#threads.values()];
  }
}

function workflowPart(subscription: WorkflowSubscription) {
  const { workflowId, cursor, replay } = subscription;
  const types = subscription.openRequest();
  return { workflowId, after: cursor, replay, ...(types !== null && { types }) };
}

function threadPart(subscription: ThreadSubscription) {
  const { threadId, cursor } = subscription;
  return { threadId, after: cursor, subscription: subscription.openRequest() };
}
