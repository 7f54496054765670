import { createHash } from 'node:crypto';
import type { WorkflowId } from '@runtape/events';

/** Everything in Redis that belongs to one workflow. */
export interface WorkflowKeys {
  /** Where appended events are announced. */
  readonly channel: string;
  /** Where commands are announced. */
  readonly commandsChannel: string;
  /** Hash: the record. */
  readonly metadata: string;
  /** Stream: the events, with ids `<seq>-0`. */
  readonly history: string;
  /** Hash: results of completed steps by step name. */
  readonly steps: string;
  /** Stream: commands, with ids `<seq>-0`. */
  readonly commands: string;
}

/** The names of all keys and channels. The braces are Redis Cluster's hash tag: what shares one lies on one node. */
export class Keys {
  readonly #prefix: string;

  /** Sorted sets of workflow ids: all by creation, those that may be open by creation, those that ended by their end. */
  readonly index: { readonly created: string; readonly open: string; readonly ended: string };

  constructor(prefix: string) {
    if (/[{}]/.test(prefix)) {
      throw new TypeError('The key prefix holds a brace, which would break the hash tags of keys.');
    }
    this.#prefix = prefix;
    this.index = {
      created: `${prefix}workflows:{index}:created`,
      open: `${prefix}workflows:{index}:open`,
      ended: `${prefix}workflows:{index}:ended`,
    };
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
    };
  }

  /** String: the id of the workflow that an idempotency key started. Hashed, for a key may hold braces and half characters. */
  claim(idempotencyKey: string): string {
    const hash = createHash('sha256').update(JSON.stringify(idempotencyKey)).digest('base64url');
    return `${this.#prefix}workflows:key:${hash}`;
  }
}
