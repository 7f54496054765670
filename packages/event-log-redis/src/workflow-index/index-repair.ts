import { type WorkflowId, workflowIdSchema } from '@runtape/events';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Topology } from '../connection/topology.ts';
import { getFields, type Store } from '../store/record.ts';
import type { IdempotencyKeys } from './idempotency-keys.ts';
import { keyIn } from './index-ended.ts';
import type { WorkflowIndex } from './workflow-index.ts';

const SCAN_COUNT = 1_000;

const json = z.string().transform((text): unknown => JSON.parse(text));
const foundSchema = z.object({
  createdAt: z.coerce.number(),
  endedAt: z.coerce.number().nullable(),
  key: z.string().nullable(),
  workflow: json.pipe(z.string()),
  owner: json.pipe(z.string().nullable()).nullish(),
  threadId: json.pipe(z.string().nullable()).nullish(),
});

export interface Repairing extends Store {
  readonly topology: Topology;
  readonly index: WorkflowIndex;
  readonly idempotencyKeys: IdempotencyKeys;
}

/**
 * Each node of a cluster loses its last writes independently: the index may lose an existing
 * workflow, and then no worker would take it up. So whenever a node has begun another epoch, all
 * workflows are searched for and entered again. A single Redis keeps its writes in order, and an
 * entry is made before its workflow.
 */
export class IndexRepair {
  readonly #repairing: Repairing;
  /** The epochs of all nodes when the index was last known to be complete. */
  #epochs = '';
  #isUnderWay = false;

  constructor(repairing: Repairing) {
    this.#repairing = repairing;
  }

  /**
   * Repairs the index if it may be incomplete. Does nothing while a repair is running.
   * @throws EventLogError `unavailable`.
   */
  async run(): Promise<void> {
    const { topology } = this.#repairing;
    const nodes = topology.nodes();
    if (nodes.length < 2 || !topology.isReady() || this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      await this.#repairUnlessKnown(nodes);
    } finally {
      this.#isUnderWay = false;
    }
  }

  async #repairUnlessKnown(nodes: readonly Redis[]): Promise<void> {
    const { connection, keys } = this.#repairing;
    const epochs = (await Promise.all(nodes.map((node) => this.#epochOf(node))))
      .toSorted()
      .join(' ');
    if (epochs === this.#epochs) return;
    if ((await connection.call((redis) => redis.get(keys.index.epochs))) !== epochs) {
      for (const node of nodes) await this.#enterAllOf(node);
      await connection.call((redis) => redis.set(keys.index.epochs, epochs));
    }
    this.#epochs = epochs;
  }

  async #epochOf(node: Redis): Promise<string> {
    const info = await this.#repairing.connection.bounded(() => node.info('server'));
    return /^run_id:(\w+)/m.exec(info)?.[1] ?? '';
  }

  async #enterAllOf(node: Redis): Promise<void> {
    const { connection, keys } = this.#repairing;
    for (let cursor = '0'; ;) {
      const [next, found] = await connection.bounded(() =>
        node.scan(cursor, 'MATCH', keys.metadataPattern, 'COUNT', SCAN_COUNT),
      );
      await Promise.all(found.map((key) => this.#enter(keys.workflowOf(key))));
      if (next === '0') return;
      cursor = next;
    }
  }

  async #enter(id: string | null): Promise<void> {
    const workflowId = workflowIdSchema.safeParse(id);
    if (workflowId.success) await this.#enterAgain(workflowId.data);
  }

  async #enterAgain(workflowId: WorkflowId): Promise<void> {
    const { index, idempotencyKeys } = this.#repairing;
    const names = ['createdAt', 'endedAt', 'key', 'workflow', 'owner', 'threadId'] as const;
    const found = foundSchema.safeParse(await getFields(this.#repairing, workflowId, names));
    // A workflow that is gone or damaged is reported by the operations that read it.
    if (!found.success) return;
    await index.enterAgain(workflowId, found.data);
    const idempotencyKey = keyIn(found.data.key);
    if (idempotencyKey !== null) await idempotencyKeys.claim(idempotencyKey, workflowId);
  }
}
