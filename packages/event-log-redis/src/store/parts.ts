import type { SegmentWriter } from '@runtape/event-log';
import type { AppendsInOrder } from '../append.ts';
import type { RedisConnection } from '../connection/redis-connection.ts';
import type { IdempotencyKeys } from '../workflow-index/idempotency-keys.ts';
import type { WorkflowIndex } from '../workflow-index/workflow-index.ts';
import type { Keys } from './keys.ts';

/** The dependencies of nearly every operation. */
export interface Store {
  readonly connection: RedisConnection;
  readonly keys: Keys;
}

/** The dependencies of the operations of one log. */
export interface Parts extends Store {
  readonly index: WorkflowIndex;
  readonly idempotencyKeys: IdempotencyKeys;
  readonly appends: AppendsInOrder;
  readonly segments: SegmentWriter;
  readonly keepEndedForMs: number | undefined;
  readonly random: () => number;
}
