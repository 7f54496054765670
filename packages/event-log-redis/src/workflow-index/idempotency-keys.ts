import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import type { RedisConnection } from '../connection/redis-connection.ts';
import type { Keys } from '../store/keys.ts';
import { script } from '../store/script.ts';

/**
 * Takes an idempotency key away from a workflow, unless another has it now. KEYS: claim. ARGV: from
 * id, to id or ''.
 */
const MOVE_IDEMPOTENCY_KEY = script(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
`);

/**
 * Maps idempotency keys to workflows. A key is claimed before its workflow is created, so a claim
 * is valid when its workflow was started with that key, and also when the workflow does not exist:
 * then the next start with the key creates it.
 */
export class IdempotencyKeys {
  readonly #connection: RedisConnection;
  readonly #keys: Keys;

  constructor(connection: RedisConnection, keys: Keys) {
    this.#connection = connection;
    this.#keys = keys;
  }

  /** @returns the workflow that has the key: the given one, unless another has it already. */
  async claim(idempotencyKey: string, workflowId: WorkflowId): Promise<WorkflowId> {
    const key = this.#keys.idempotencyKey(idempotencyKey);
    const earlier = await this.#connection.call((redis) => redis.set(key, workflowId, 'NX', 'GET'));
    return earlier === null ? workflowId : workflowIdSchema.parse(earlier);
  }

  /** Moves a key from one workflow to another, or removes it. */
  async move(idempotencyKey: string, from: WorkflowId, to: WorkflowId | null): Promise<void> {
    const key = this.#keys.idempotencyKey(idempotencyKey);
    await this.#connection.script(MOVE_IDEMPOTENCY_KEY, [key], [from, to ?? '']);
  }

  /** Lets a claim expire after a time, in ms. */
  async expireIn(idempotencyKey: string, time: number): Promise<void> {
    const key = this.#keys.idempotencyKey(idempotencyKey);
    await this.#connection.call((redis) => redis.pexpire(key, time));
  }
}
