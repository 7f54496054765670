import { createHash } from 'node:crypto';
import type { WorkflowId } from '@runtape/events';

/** Everything in Redis that belongs to one workflow. */
export interface WorkflowKeys {
  /** Where appended events are announced. */
  readonly channel: string;
  /** Where commands are announced. */
  readonly commandsChannel: string;
  /** Hash: the record. Its field `life` is the epoch in which an attempt last held the log. */
  readonly metadata: string;
  /** Stream: the events, with ids `<seq>-0`. */
  readonly history: string;
  /** Hash: results of completed steps by step name. */
  readonly steps: string;
  /** Stream: commands, with ids `<seq>-0`. */
  readonly commands: string;
  /**
   * Stream: closed parts of the history in merged form, with ids `<seq of the last entry>-<seq of
   * the first>`.
   */
  readonly segments: string;
}

/** The index keys, which share one node, separate from most workflows. */
export interface IndexKeys {
  /** Sorted set of workflow ids: all, by creation. */
  readonly created: string;
  /** Sorted set: those that may be open, by creation. */
  readonly open: string;
  /**
   * Sorted set: workflows that have to be checked, by due time in ms since 1970: the expiry of the
   * lease, or the creation if no attempt runs. The time may be too early, never too late. Paused
   * workflows that were released are not in it.
   */
  readonly due: string;
  /** Sorted set: those that ended, by their end. */
  readonly ended: string;
  /** Hash: workflow id to the names of its lists, as JSON. */
  readonly notes: string;
  /** Hash: thread id to its owner, as JSON. */
  readonly threadOwners: string;
  /** String: the last assigned position in a thread. */
  readonly lastPosition: string;
  /** String: the epochs of all nodes when the index was last known to be complete. */
  readonly epochs: string;
}

/**
 * The names of the lists that a workflow belongs to, except those of all workflows; the member list
 * of its thread comes last.
 */
export function listsOf({ workflow, owner, threadId }: Listed): readonly string[] {
  return [
    definitionList(workflow),
    ...(owner == null ? [] : [ownerList(owner)]),
    ...(threadId == null ? [] : [threadList(threadId), memberList(threadId)]),
  ];
}

export interface Listed {
  readonly workflow: string;
  readonly owner?: string | null | undefined;
  readonly threadId?: string | null | undefined;
}

/** Sorted by creation, as are the lists of an owner and of a thread. */
export const definitionList = (workflow: string): string => `definition:${workflow}`;
export const ownerList = (owner: string): string => `owner:${owner}`;
export const threadList = (threadId: string): string => `thread:${threadId}`;
/** Sorted by position in the thread. */
export const memberList = (threadId: string): string => `members:${threadId}`;

const METADATA_END = '}:metadata';

/**
 * The names of all keys and channels. The braces are the hash tag of Redis Cluster: keys with the
 * same tag are on the same node.
 */
export class Keys {
  readonly #prefix: string;

  readonly index: IndexKeys;

  constructor(prefix: string) {
    if (/[{}]/.test(prefix)) {
      throw new TypeError('The key prefix holds a brace, which would break the hash tags of keys.');
    }
    this.#prefix = prefix;
    this.index = {
      created: `${prefix}workflows:{index}:created`,
      open: `${prefix}workflows:{index}:open`,
      due: `${prefix}workflows:{index}:due`,
      ended: `${prefix}workflows:{index}:ended`,
      notes: `${prefix}workflows:{index}:lists`,
      threadOwners: `${prefix}workflows:{index}:thread-owners`,
      lastPosition: `${prefix}workflows:{index}:last-place`,
      epochs: `${prefix}workflows:{index}:lives`,
    };
  }

  /** Matches the `metadata` of every workflow, for SCAN. */
  get metadataPattern(): string {
    return `${this.#prefix.replace(/[*?[\]\\]/g, '\\$&')}workflow:{*}:metadata`;
  }

  /** The hash tag of the workflow in the name of its `metadata` key. */
  workflowOf(metadata: string): string | null {
    const start = metadata.indexOf('{');
    if (start === -1 || !metadata.endsWith(METADATA_END)) return null;
    return metadata.slice(start + 1, -METADATA_END.length);
  }

  /** Sorted set of workflow ids: one of the lists of `listsOf`. */
  list(name: string): string {
    return `${this.#prefix}workflows:{index}:${name}`;
  }

  /** The channel that announces workflows that join a thread. */
  threadChannel(threadId: string): string {
    return `${this.#prefix}thread:{${threadId}}`;
  }

  of(workflowId: WorkflowId): WorkflowKeys {
    const channel = `${this.#prefix}workflow:{${workflowId}}`;
    return {
      channel,
      commandsChannel: `${channel}:commands`,
      metadata: `${channel}:metadata`,
      history: `${channel}:history`,
      steps: `${channel}:steps`,
      commands: `${channel}:commands`,
      segments: `${channel}:segments`,
    };
  }

  /**
   * String: the id of the workflow that an idempotency key started. The key is hashed because it
   * may contain braces and lone surrogates.
   */
  idempotencyKey(idempotencyKey: string): string {
    const hash = createHash('sha256').update(JSON.stringify(idempotencyKey)).digest('base64url');
    return `${this.#prefix}workflows:key:${hash}`;
  }
}
